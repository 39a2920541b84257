// Outgoing webhooks, by the official libraries of Standard Webhooks for JavaScript and Python.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { authorization, documents, execute, newTitle, openTicket } from './desk.mjs';
import { Inbox } from './inbox.mjs';

export default async (check) => {
  const receiver = await openReceiver();
  const endpoint = await change(documents.webhookEndpointCreate, { url: receiver.url, types: ['TICKET_OPENED'] });
  const rotate = () => change(documents.webhookEndpointRotateSecret, { id: endpoint.id });

  const signed = await receiver.receive();
  const { secret } = await rotate();
  const rotated = await receiver.receive();
  for (const [library, isVerified] of Object.entries({ JavaScript: byJavaScript, Python: byPython })) {
    await check(`${library} verifies what the endpoint's secret has signed`, () => {
      assert(isVerified(endpoint.secret, signed));
      assert(!isVerified(secret, signed), 'another secret');
    });
    await check(`${library} verifies by both secrets while they overlap`, () => {
      assert(isVerified(endpoint.secret, rotated) && isVerified(secret, rotated));
    });
    await check(`${library} refuses what was tampered with`, () => {
      const body = rotated.body.replace('"ticket.opened"', '"ticket.deleted"');
      assert(!isVerified(secret, { ...rotated, body }));
      const headers = { ...rotated.headers, 'webhook-id': signed.headers['webhook-id'] };
      assert(!isVerified(secret, { ...rotated, headers }));
    });
  }

  await change(documents.webhookEndpointDelete, { id: endpoint.id });
  receiver.close();
};

const byJavaScript = (secret, { headers, body }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
};

const byPython = (secret, { headers, body }) => {
  const program = fileURLToPath(new URL('webhooks.py', import.meta.url));
  const input = JSON.stringify({ secret, headers, body });
  const { stdout, stderr } = spawnSync('python3', [program], { input, encoding: 'utf8' });
  const verdict = { 'verified\n': true, 'refused\n': false }[stdout];
  if (verdict === undefined) throw new Error(stderr || 'python3 could not be run');
  return verdict;
};

/** Sends a mutation on the endpoint and returns the endpoint, with the secret if it is shown. */
const change = async (document, input) => {
  const [payload] = Object.values(await execute(document, { input }, await authorization()));
  if (!payload.endpoint) throw new Error(`it was refused: ${JSON.stringify(payload.userErrors)}`);
  return { ...payload.endpoint, secret: payload.secret };
};

const openReceiver = async () => {
  const inbox = new Inbox();
  const server = createServer(async (request, response) => {
    inbox.put({ headers: request.headers, body: await text(request) });
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** Opens a ticket and waits until it is told of. */
    receive: async () => {
      const title = newTitle();
      await openTicket(title);
      return inbox.find(({ body }) => JSON.parse(body).data.object.title === title);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
