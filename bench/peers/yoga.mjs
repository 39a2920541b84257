// GraphQL Yoga with its own publisher, and graphql-ws before it as its documentation shows.
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { ready, ticketUpdate, typeDefs } from './desk.mjs';

const changes = createPubSub();
const resolvers = {
  Mutation: { ticketUpdate: ticketUpdate((changed) => changes.publish('change', changed)) },
  Subscription: { ticketChanges: { subscribe: () => changes.subscribe('change'), resolve: (changed) => changed } },
};
const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), graphiql: false, logging: false });
const server = createServer(yoga);
useServer(
  {
    execute: (operation) => operation.rootValue.execute(operation),
    subscribe: (operation) => operation.rootValue.subscribe(operation),
    onSubscribe: async (context, _id, parameters) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params: parameters,
      });
      const operation = {
        schema,
        operationName: parameters.operationName,
        document: parse(parameters.query),
        variableValues: parameters.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(operation.schema, operation.document);
      return errors.length > 0 ? errors : operation;
    },
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(0, '127.0.0.1', () => ready(server));
