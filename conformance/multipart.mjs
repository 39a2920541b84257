// Subscriptions over multipart HTTP, as Apollo Client's HttpLink asks for them.
import assert from 'node:assert/strict';
import * as apollo4 from '@apollo/client';
import * as apollo3 from 'apollo-client-3/core/index.js';
import { authorization, documents, isCheckpoint, newTitle, openTicket, titleIn, url } from './desk.mjs';
import { Inbox } from './inbox.mjs';

/** What is one event behind never comes in this time. */
const atOnce = 2_000;

export default async (check) => {
  const credential = await authorization();
  for (const [name, apollo] of Object.entries({ 'Apollo Client 4': apollo4, 'Apollo Client 3': apollo3 })) {
    await check(`${name} receives each event at once`, () => receiveEach(apollo, credential));
  }
};

const receiveEach = async ({ ApolloClient, HttpLink, InMemoryCache, gql }, credential) => {
  const link = new HttpLink({ uri: url, headers: { authorization: credential } });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const inbox = new Inbox();
  const observable = client.subscribe({ query: gql(documents.ticketChanges), fetchPolicy: 'no-cache' });
  const subscription = observable.subscribe({ next: inbox.put, error: inbox.end, complete: () => inbox.end() });
  await inbox.find(isCheckpoint, atOnce);
  for (const title of [newTitle(), newTitle(), newTitle()]) {
    await openTicket(title);
    const result = await inbox.find((item) => titleIn(item) === title, atOnce);
    assert.equal(result.error ?? result.errors, undefined);
  }
  subscription.unsubscribe();
  client.stop();
};
