// A dashboard's whole way with the clients that front-end developers use: sign in, list, watch, open, see it arrive.
import assert from 'node:assert/strict';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { credentials, documents, isCheckpoint, newTitle, socketUrl, ticketOf, titleIn, url } from './desk.mjs';
import { Inbox } from './inbox.mjs';

export default async (check) => {
  for (const [name, connect] of Object.entries({ 'Apollo Client': apollo, urql })) {
    await check(`${name}: sign in, list, watch, open a ticket and see it arrive`, () => useDesk(connect));
  }
};

const useDesk = async (connect) => {
  const stranger = connect();
  const { accessToken } = (await stranger.execute(documents.signIn, credentials())).signIn;
  const operator = connect(`Bearer ${accessToken}`);
  const { eventCursor } = (await operator.execute(documents.tickets)).tickets;
  const inbox = operator.watch(documents.ticketChanges, { after: eventCursor });
  await inbox.find(isCheckpoint);

  const title = newTitle();
  const { ticket } = (await operator.execute(documents.ticketOpen, ticketOf(title))).ticketOpen;
  const arrived = await inbox.find((result) => titleIn(result) === title);
  assert.equal(arrived.data.ticketChanges.event.ticket.id, ticket.id);
  const listed = (await operator.execute(documents.tickets)).tickets.nodes;
  assert.ok(listed.some(({ id }) => id === ticket.id));
  await Promise.all([stranger.close(), operator.close()]);
};

const openSocket = (authorization) =>
  createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: authorization && { authorization } });

const headersOf = (authorization) => (authorization ? { authorization } : {});

const apollo = (authorization) => {
  const socket = openSocket(authorization);
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url, headers: headersOf(authorization) }),
  );
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    execute: async (text, variables) => {
      const document = gql(text);
      const isMutation = document.definitions[0].operation === OperationTypeNode.MUTATION;
      const options = isMutation ? { mutation: document } : { query: document, fetchPolicy: 'network-only' };
      return (await client[isMutation ? 'mutate' : 'query']({ ...options, variables })).data;
    },
    watch: (text, variables) => {
      const inbox = new Inbox();
      client.subscribe({ query: gql(text), variables }).subscribe({ next: inbox.put, error: inbox.end });
      return inbox;
    },
    close: async () => {
      client.stop();
      await socket.dispose();
    },
  };
};

const urql = (authorization) => {
  const socket = openSocket(authorization);
  const forwardSubscription = (request) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink) }),
  });
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription })],
    fetchOptions: { headers: headersOf(authorization) },
  });
  const outcome = ({ data, error }) => {
    if (error) throw error;
    return data;
  };
  return {
    execute: async (text, variables) => {
      const isMutation = text.trimStart().startsWith('mutation');
      return outcome(await client[isMutation ? 'mutation' : 'query'](text, variables).toPromise());
    },
    watch: (text, variables) => {
      const inbox = new Inbox();
      client
        .subscription(text, variables)
        .subscribe((result) => (result.error ? inbox.end(result.error) : inbox.put(result)));
      return inbox;
    },
    close: () => socket.dispose(),
  };
};
