// Mercurius, compiling queries from their first use, with its own publisher.
import fastify from 'fastify';
import mercurius from 'mercurius';
import { ready, ticketUpdate, typeDefs } from './desk.mjs';

const app = fastify();
const resolvers = {
  Mutation: {
    ticketUpdate: ticketUpdate((changed, { pubsub }) =>
      pubsub.publish({ topic: 'change', payload: { ticketChanges: changed } }),
    ),
  },
  Subscription: { ticketChanges: { subscribe: (_root, _input, { pubsub }) => pubsub.subscribe('change') } },
};
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, subscription: { fullWsTransport: true } });
await app.listen({ host: '127.0.0.1', port: 0 });
ready(app.server);
