// Runs the checks named on the command line, or all.
import { Report } from './report.mjs';

const names = ['http', 'websocket', 'sse', 'multipart', 'clients', 'webhooks'];
// Those that need more than a server.
const further = ['failover'];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => ![...names, ...further].includes(name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are ${[...names, ...further].join(', ')}.`);
  process.exit(2);
}

const report = new Report();
for (const name of chosen.length > 0 ? chosen : names) {
  const { default: checks } = await import(`./${name}.mjs`);
  await report.section(name, checks);
}
// Clients keep connections open: what is done is done.
process.exit(report.close());
