// Several nodes behind the proxy at SPORTELLO_URL, of which SPORTELLO_NODES names two, each as its address and its process:
// the first is killed. Only where it is asked for by name.
import assert from 'node:assert/strict';
import { createClient as createEvents } from 'graphql-sse';
import { createClient as createSocket } from 'graphql-ws';
import { WebSocket } from 'ws';
import { authorization, documents, execute, newTitle, socketUrl, ticketOf, titleIn, url } from './desk.mjs';
import { Inbox } from './inbox.mjs';

/** So many clients of each kind: some of them at either node. */
const each = 4;
/** So many tickets, of which some are opened before the node dies. */
const tickets = 30;

export default async (check) => {
  const [dies, stays] = process.env.SPORTELLO_NODES.split(',').map((node) => {
    const [address, pid] = node.split('@');
    return { url: `${address}/graphql`, pid: Number(pid) };
  });
  const credential = await authorization();
  const opens = async (title, node) => {
    const { ticketOpen } = await execute(documents.ticketOpen, ticketOf(title), credential, node.url);
    assert.ok(ticketOpen.ticket, JSON.stringify(ticketOpen.userErrors));
  };
  const start = (await execute(documents.tickets, {}, credential)).tickets.eventCursor;
  const ways = Object.entries({ 'graphql-ws': overSocket, 'graphql-sse': overEvents });
  const clients = ways.flatMap(([name, connect]) =>
    Array.from({ length: each }, () => follow(name, connect(credential), start)),
  );
  const titles = [];

  await check('what is written at one node is seen at all', async () => {
    for (const node of [dies, stays]) {
      titles.push(newTitle());
      await opens(titles.at(-1), node);
      await arrive(clients, titles.at(-1));
    }
    assert.ok(clients.every(({ cuts }) => cuts() === 0));
  });
  await check('the clients of a node that dies go on at another, with none missing and none twice', async () => {
    for (let number = 0; number < tickets; number += 1) {
      if (number === tickets / 3) process.kill(dies.pid, 'SIGKILL');
      titles.push(newTitle());
      await opens(titles.at(-1), stays);
    }
    await arrive(clients, titles.at(-1));
    for (const { inbox } of clients) assert.deepEqual(inbox.all, titles);
    for (const [name] of ways) {
      const cut = clients.filter((client) => client.name === name && client.cuts() > 0).length;
      assert.ok(cut > 0 && cut < each, `${cut} of ${each} clients of ${name} were at the node that died`);
    }
  });
  await check('whoever comes is let in by the node that is there', async () => {
    for (let number = 0; number < each; number += 1) await execute(documents.viewer, {}, credential);
  });
};

const arrive = (clients, title) => Promise.all(clients.map(({ inbox }) => inbox.find((seen) => seen === title, 15_000)));

/** A client that goes on from its last cursor whenever it is cut; its inbox has the titles of the tickets it was told. */
const follow = (name, connect, start) => {
  const inbox = new Inbox();
  let [after, cuts] = [start, -1];
  const next = (result) => {
    const { cursor } = result.data.ticketChanges;
    const title = titleIn(result);
    if (title) inbox.put(title);
    after = cursor;
  };
  const goOn = () => {
    cuts += 1;
    setTimeout(() => connect({ query: documents.ticketChanges, variables: { after } }, next, goOn), 100);
  };
  goOn();
  return { name, inbox, cuts: () => cuts };
};

const overSocket = (credential) => (request, next, cut) => {
  const connectionParams = { authorization: credential };
  const client = createSocket({ url: socketUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  client.subscribe(request, { next, error: cut, complete: cut });
};

const overEvents = (credential) => (request, next, cut) => {
  const client = createEvents({ url, headers: { authorization: credential }, retryAttempts: 0 });
  client.subscribe(request, { next, error: cut, complete: cut });
};
