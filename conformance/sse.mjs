// GraphQL over Server-Sent Events, in distinct connections mode.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';
import { authorization, documents, isCheckpoint, newTitle, openTicket, ticketOf, titleIn, url } from './desk.mjs';
import { Inbox } from './inbox.mjs';

export default async (check) => {
  const credential = await authorization();
  await client(check, credential);
  await events(check, credential);
};

const client = async (check, credential) => {
  const run = (query, variables = {}) => {
    const inbox = new Inbox();
    const connected = createClient({
      url,
      singleConnection: false,
      headers: { authorization: credential },
      retryAttempts: 0,
    });
    connected.subscribe({ query, variables }, { next: inbox.put, error: inbox.end, complete: () => inbox.end() });
    return { inbox, end: () => connected.dispose() };
  };

  await check('graphql-sse: query and mutation', async () => {
    const viewer = run(documents.viewer);
    await viewer.inbox.finish();
    assert.ok(viewer.inbox.all[0].data.viewer.account.name);
    const title = newTitle();
    const opened = run(documents.ticketOpen, ticketOf(title));
    await opened.inbox.finish();
    assert.equal(opened.inbox.all[0].data.ticketOpen.ticket.title, title);
  });
  await check('graphql-sse: a subscription sees a ticket opened', async () => {
    const { inbox, end } = run(documents.ticketChanges);
    await inbox.find(isCheckpoint);
    const title = newTitle();
    await openTicket(title);
    await inbox.find((result) => titleIn(result) === title);
    end();
  });
  await check('graphql-sse: a document that does not validate ends with its errors', async () => {
    const { inbox } = run('{ nothing }');
    await inbox.finish();
    assert.ok(inbox.all[0].errors[0].message);
    assert.equal(inbox.all[0].data, undefined);
  });
};

// What EventSource and curl see.
const events = async (check, credential) => {
  const open = async (query, headers = {}, variables = {}) => {
    const address = new URL(url);
    address.searchParams.set('query', query);
    address.searchParams.set('variables', JSON.stringify(variables));
    const abort = new AbortController();
    const request = {
      headers: { accept: 'text/event-stream', authorization: credential, ...headers },
      signal: abort.signal,
    };
    const response = await fetch(address, request);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    const inbox = new Inbox();
    read(response.body, inbox);
    return { inbox, end: () => abort.abort() };
  };

  await check('a query gives next, then complete with an empty data line', async () => {
    const { inbox } = await open(documents.viewer);
    await inbox.finish();
    const [next, complete] = inbox.all;
    assert.equal(next.event, 'next');
    assert.ok(JSON.parse(next.data).data.viewer.account.name);
    assert.deepEqual(complete, { event: 'complete', data: '' });
    assert.equal(inbox.all.length, 2);
  });
  await check('a document that does not validate gives next with errors, then complete', async () => {
    const { inbox } = await open('{ nothing }');
    await inbox.finish();
    assert.deepEqual(
      inbox.all.map(({ event }) => event),
      ['next', 'complete'],
    );
    assert.ok(JSON.parse(inbox.all[0].data).errors[0].message);
  });
  await check('each event of a subscription carries its cursor as id', async () => {
    const { inbox, end } = await open(documents.ticketChanges);
    await inbox.find(({ data }) => isCheckpoint(JSON.parse(data)));
    const title = newTitle();
    const { cursor } = await openTicket(title);
    const change = await inbox.find(({ data }) => titleIn(JSON.parse(data)) === title);
    assert.equal(change.id, cursor);
    end();
  });
  await check('Last-Event-ID goes on after that event, with none missing and none twice', async () => {
    const { cursor } = await openTicket(newTitle());
    const missed = [newTitle(), newTitle()];
    for (const title of missed) await openTicket(title);
    const { inbox, end } = await open(documents.ticketChanges, { 'last-event-id': cursor });
    await inbox.find(({ data }) => isCheckpoint(JSON.parse(data)));
    const live = newTitle();
    await openTicket(live);
    await inbox.find(({ data }) => titleIn(JSON.parse(data)) === live);
    const titles = inbox.all
      .map(({ data }) => titleIn(JSON.parse(data)))
      .filter((title) => title?.startsWith('Conformance '));
    assert.deepEqual(titles, [...missed, live]);
    end();
  });
  await check('Last-Event-ID goes before the after of the document', async () => {
    const early = await openTicket(newTitle());
    const later = await openTicket(newTitle());
    const title = newTitle();
    await openTicket(title);
    const { inbox, end } = await open(
      documents.ticketChanges,
      { 'last-event-id': later.cursor },
      { after: early.cursor },
    );
    const first = await inbox.find(({ data }) => titleIn(JSON.parse(data))?.startsWith('Conformance '));
    assert.equal(titleIn(JSON.parse(first.data)), title);
    end();
  });
};

/** Reads events as a browser's EventSource does; comments, the heartbeats, are left out. */
const read = async (body, inbox) => {
  let text = '';
  try {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) put(block, inbox);
    }
    inbox.end();
  } catch (error) {
    inbox.end(error.name === 'AbortError' ? undefined : error);
  }
};

const put = (block, inbox) => {
  const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
  if (lines.length === 0) return;
  const fields = lines.map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).replace(/^ /, '')]);
  inbox.put(Object.fromEntries(fields));
};
