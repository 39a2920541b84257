import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (name) => fileURLToPath(new URL(`src/${name}`, import.meta.url));

// What GraphiQL imports and we replace with something smaller.
const lighter = [
  { find: /^monaco-editor\/esm\/vs\/editor\/edcore\.main(\.js)?$/, replacement: source('monaco.js') },
  { find: /^prettier\/(plugins\/estree|parser-babel)$/, replacement: source('prettierJson.js') },
];

export default defineConfig({
  base: './',
  publicDir: false,
  resolve: { alias: lighter },
  // graphql-js asks for this before it looks at NODE_ENV; without it its development checks stay in.
  define: { 'globalThis.process': 'true' },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:8000', ws: true } } },
  // The page is /graphiql without a slash at its end, its files are below it; all addresses are relative, for proxies
  // that serve Sportello under a prefix.
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === 'html' ? `graphiql/${name}` : { relative: true }),
  },
  build: {
    outDir: '../assets/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 3000,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: 'graphiql.html',
      // "use client" matters to servers that render React; there is none here.
      onLog(level, log, report) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  worker: { format: 'es' },
});
