// graphql-transport-ws: what graphql-ws clients see, and with which code each mistake closes the socket.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, documents, isCheckpoint, newTitle, openTicket, socketUrl, ticketOf, titleIn } from './desk.mjs';
import { Inbox } from './inbox.mjs';
import { openAcknowledged, openSocket } from './socket.mjs';

export default async (check) => {
  const credential = await authorization();
  const silent = openSocket();
  await mistakes(check, credential);
  await messages(check, credential);
  await client(check, credential);
  await check('silence after the handshake closes with 4408', async () => {
    assert.equal((await (await silent).closed).code, 4408);
  });
};

const subscribe = (id, query = documents.viewer, variables = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

const mistakes = async (check, credential) => {
  const closes = (code, what, mistake) =>
    check(`${what} closes with ${code}`, async () => {
      const opened = await openAcknowledged(credential);
      await mistake(opened);
      const { code: seen, reason } = await opened.closed;
      assert.equal(seen, code, reason);
      assert.notEqual(reason, '');
    });

  await closes(4400, 'text that is not JSON', ({ send }) => send('{'));
  await closes(4400, 'JSON that is not an object', ({ send }) => send('[]'));
  await closes(4400, 'a binary message', ({ socket }) => socket.send(Buffer.from('{"type":"ping"}')));
  await closes(4400, 'a message without type', ({ send }) => send({ id: '1' }));
  await closes(4400, 'an unknown type', ({ send }) => send({ type: 'start' }));
  await closes(4400, 'a message of the server', ({ send }) => send({ type: 'connection_ack' }));
  await closes(4400, 'subscribe without id', ({ send }) => send({ ...subscribe('1'), id: undefined }));
  await closes(4400, 'subscribe with an empty id', ({ send }) => send(subscribe('')));
  await closes(4400, 'subscribe without payload', ({ send }) => send({ id: '1', type: 'subscribe' }));
  await closes(4400, 'subscribe with a query that is no text', ({ send }) => send(subscribe('1', 7)));
  await closes(4400, 'variables that are no object', ({ send }) => send(subscribe('1', documents.viewer, 'x')));
  await closes(4400, 'complete without id', ({ send }) => send({ type: 'complete' }));
  await closes(4400, 'a ping with a payload that is no object', ({ send }) => send({ type: 'ping', payload: 7 }));
  await closes(4409, 'the id of a running operation', ({ send }) => {
    send(subscribe('1', documents.ticketChanges));
    send(subscribe('1', documents.ticketChanges));
  });
  await closes(4429, 'a second connection_init', ({ send }) => send({ type: 'connection_init' }));
  await closes(1009, 'a message of a megabyte', ({ send }) => send(subscribe('1', `# ${'x'.repeat(1024 * 1024)}`)));

  await check('subscribe before connection_ack closes with 4401', async () => {
    const { send, closed } = await openSocket();
    send(subscribe('1'));
    assert.equal((await closed).code, 4401);
  });
  await check('a credential that is not good closes with 4403', async () => {
    const { send, closed } = await openSocket();
    send({ type: 'connection_init', payload: { authorization: 'Bearer not-a-token' } });
    assert.equal((await closed).code, 4403);
  });
  await check('no subprotocol closes with 4406', async () => {
    assert.equal((await (await openSocket([])).closed).code, 4406);
  });
  await check('another subprotocol closes with 4406', async () => {
    const headers = { 'sec-websocket-protocol': 'graphql-ws' };
    assert.equal((await (await openSocket([], { headers })).closed).code, 4406);
  });
};

const messages = async (check, credential) => {
  await check('the subprotocol is named in the handshake', async () => {
    assert.equal((await openSocket()).socket.protocol, 'graphql-transport-ws');
  });
  await check('ping is answered with pong and its payload, before and after the acknowledgement', async () => {
    const { send, inbox } = await openSocket();
    send({ type: 'ping', payload: { early: true } });
    await inbox.find((message) => message.type === 'pong' && message.payload?.early);
    send({ type: 'connection_init', payload: { Authorization: credential } });
    send({ type: 'pong' });
    await inbox.find((message) => message.type === 'connection_ack');
    send({ type: 'ping' });
    await inbox.find((message) => message.type === 'pong' && message.payload === undefined);
  });
  await check('a query is answered with next, then complete', async () => {
    const { send, inbox } = await openAcknowledged(credential);
    send(subscribe('q'));
    await inbox.find((message) => message.type === 'complete');
    const answers = inbox.all.filter((message) => message.id === 'q');
    assert.deepEqual(
      answers.map((message) => message.type),
      ['next', 'complete'],
    );
    assert.ok(answers[0].payload.data.viewer.account.name);
  });
  await check('a document that cannot run is answered with error; the socket lives on', async () => {
    const { send, inbox } = await openAcknowledged(credential);
    for (const [id, query] of Object.entries({
      syntax: '{',
      validation: '{ nothing }',
      name: 'query A { a: __typename } query B { __typename }',
    })) {
      send(subscribe(id, query));
      const error = await inbox.find((message) => message.id === id);
      assert.equal(error.type, 'error');
      assert.ok(error.payload[0].message);
    }
    send(subscribe('well'));
    await inbox.find((message) => message.type === 'complete' && message.id === 'well');
    assert.ok(!inbox.all.some((message) => message.type === 'complete' && message.id !== 'well'));
  });
  await check('complete ends a subscription; its id may be used again', async () => {
    const { send, inbox } = await openAcknowledged(credential);
    send(subscribe('s', documents.ticketChanges));
    await inbox.find((message) => message.id === 's' && isCheckpoint(message.payload));
    send({ id: 's', type: 'complete' });
    send({ id: 'never was', type: 'complete' });
    send(subscribe('s', documents.viewer));
    await inbox.find((message) => message.type === 'complete' && message.id === 's');
    const title = newTitle();
    await openTicket(title);
    send(subscribe('last'));
    await inbox.find((message) => message.type === 'complete' && message.id === 'last');
    assert.ok(!inbox.all.some((message) => titleIn(message.payload) === title));
  });
  await check('many operations share a socket', async () => {
    const { send, inbox } = await openAcknowledged(credential);
    for (let id = 0; id < 20; id += 1) send(subscribe(`s${id}`, documents.ticketChanges));
    for (let id = 0; id < 20; id += 1)
      await inbox.find((message) => message.id === `s${id}` && isCheckpoint(message.payload));
    const title = newTitle();
    await openTicket(title);
    for (let id = 0; id < 20; id += 1)
      await inbox.find((message) => message.id === `s${id}` && titleIn(message.payload) === title);
  });
};

const client = async (check, credential) => {
  const connect = (options = {}) =>
    createClient({
      url: socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: credential },
      ...options,
    });
  const run = (connected, query, variables = {}) => {
    const inbox = new Inbox();
    connected.subscribe({ query, variables }, { next: inbox.put, error: inbox.end, complete: () => inbox.end() });
    return inbox;
  };

  await check('graphql-ws: query and mutation', async () => {
    const connected = connect();
    const viewer = run(connected, documents.viewer);
    await viewer.finish();
    assert.ok(viewer.all[0].data.viewer.account.name);
    const title = newTitle();
    const opened = run(connected, documents.ticketOpen, ticketOf(title));
    await opened.finish();
    assert.equal(opened.all[0].data.ticketOpen.ticket.title, title);
    await connected.dispose();
  });
  await check('graphql-ws: a subscription starts with a checkpoint and sees a ticket opened', async () => {
    const connected = connect();
    const inbox = run(connected, documents.ticketChanges);
    await inbox.find(isCheckpoint);
    assert.ok(isCheckpoint(inbox.all[0]));
    const title = newTitle();
    await openTicket(title);
    const change = (await inbox.find((result) => titleIn(result) === title)).data.ticketChanges;
    assert.equal(change.transition, 'ENTERED');
    assert.equal(change.event.type, 'TICKET_OPENED');
    await connected.dispose();
    await inbox.finish();
  });
  await check('graphql-ws: errors reach the sink', async () => {
    const connected = connect();
    await assert.rejects(run(connected, '{ nothing }').finish(), (errors) => Boolean(errors[0].message));
    await connected.dispose();
  });
  await check('graphql-ws: after a cut, after: the last cursor gives what was missed, once and in order', async () => {
    const sockets = [];
    const connected = connect({ on: { connected: (socket) => sockets.push(socket) } });
    const first = run(connected, documents.ticketChanges);
    await first.find(isCheckpoint);
    const { cursor } = await openTicket(newTitle());
    await first.find((result) => result.data.ticketChanges.cursor === cursor);
    sockets[0].terminate();
    await connected.dispose();

    const missed = [newTitle(), newTitle(), newTitle()];
    for (const title of missed) await openTicket(title);
    const again = connect();
    const resumed = run(again, documents.ticketChanges, { after: cursor });
    await resumed.find(isCheckpoint);
    const live = newTitle();
    await openTicket(live);
    await resumed.find((result) => titleIn(result) === live);
    const titles = resumed.all.map(titleIn).filter((title) => title?.startsWith('Conformance '));
    assert.deepEqual(titles, [...missed, live]);
    await again.dispose();
  });
};
