// Prints the tables of `run`: the median of each side's rounds.
import { readFileSync } from 'node:fs';

const names = {
  sportello: 'Sportello',
  mercurius: 'Mercurius',
  'graphql-ws': 'graphql-ws on Node',
  yoga: 'GraphQL Yoga',
  postgraphile: 'PostGraphile 5',
  seaography: 'Seaography 2',
};
const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

function median(row, side, value) {
  const values = lines.filter((line) => line.name === `${row}/${side}`).map(value).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}

function table(row, headings, columns) {
  const sides = Object.keys(names).filter((side) => lines.some((line) => line.name === `${row}/${side}`));
  if (sides.length === 0) return;
  console.log(`| ${headings.join(' | ')} |\n|${' --- |'.repeat(headings.length)}`);
  for (const side of sides) {
    const cells = columns.map((column) => median(row, side, column));
    // A fresh server has more memory to spare than a thousand lean sockets take.
    const words = cells.map((cell) => (cell < 0 ? 'too few to read' : cell.toFixed(0)));
    console.log(`| ${names[side]} | ${words.join(' | ')} |`);
  }
  console.log();
}

table('change', ['1,000 subscribers', 'µs of CPU a delivered change', 'p99, ms', 'bytes an idle subscriber'], [
  (line) => line.cpu_us_per_message,
  (line) => line.p99_us / 1000,
  (line) => line.bytes_per_idle_sub,
]);
table('list', ['list of 50, PostgreSQL', 'requests a second', 'µs of CPU: server', 'database'], [
  (line) => line.rps,
  (line) => line.server_cpu_us_per_request,
  (line) => line.db_cpu_us_per_request,
]);
