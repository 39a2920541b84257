// GraphQL over HTTP, by the audits of graphql-http.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { serverAudits } from 'graphql-http';
import { url } from './desk.mjs';

const differences = JSON.parse(await readFile(new URL('differences.json', import.meta.url)));

export default async (check) => {
  const audits = serverAudits({ url });
  for (const { id, name, fn } of audits) await check(`${id} ${name}`, async () => judge(await fn(), differences[id]));

  await check('differences.json names only audits', () => {
    const unknown = Object.keys(differences).filter((id) => !audits.some((audit) => audit.id === id));
    assert.deepEqual(unknown, []);
  });
};

// A notice is about what a server MAY do.
const judge = async ({ status, reason, response }, difference) => {
  if (status === 'ok') {
    assert(difference === undefined, 'This audit passes: take it off differences.json.');
    return undefined;
  }
  if (difference !== undefined) return `differs on purpose: ${difference}`;
  if (status === 'notice') return `notice: ${reason}`;
  throw new Error(`${status}: ${reason} (${response.status} ${response.headers.get('content-type')})`);
};
