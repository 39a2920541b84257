// graphql-js with graphql-ws, as its documentation shows; mutations by a plain HTTP handler.
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { ready, ticketUpdate, typeDefs } from './desk.mjs';

const changes = new EventEmitter().setMaxListeners(0);
const resolvers = {
  Mutation: { ticketUpdate: ticketUpdate((changed) => changes.emit('change', changed)) },
  Subscription: {
    ticketChanges: {
      async *subscribe() {
        for await (const [ticketChanges] of on(changes, 'change')) yield { ticketChanges };
      },
    },
  },
};
const schema = makeExecutableSchema({ typeDefs, resolvers });

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { query, variables } = JSON.parse(Buffer.concat(chunks));
  const result = await graphql({ schema, source: query, variableValues: variables });
  response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
});
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => ready(server));
