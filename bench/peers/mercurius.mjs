// Mercurius, compiling queries from their first use, with its own publisher.
import fastify from 'fastify';
import mercurius from 'mercurius';
import { change, ready, typeDefs } from './desk.mjs';

const app = fastify();
const resolvers = {
  Mutation: {
    async ticketUpdate(_, { input }, { pubsub }) {
      const changed = change(input.title);
      await pubsub.publish({ topic: 'change', payload: { ticketChanges: changed } });
      return { event: changed.event };
    },
  },
  Subscription: { ticketChanges: { subscribe: (_root, _input, { pubsub }) => pubsub.subscribe('change') } },
};
app.register(mercurius, { schema: typeDefs, resolvers, jit: 1, subscription: { fullWsTransport: true } });
await app.listen({ host: '127.0.0.1', port: 0 });
ready(app.server);
