// GraphiQL's "prettify" formats headers and variables with Prettier and a whole JavaScript parser. This plugin, in the
// place of both, lets the JSON parser format that is here anyway.
import { applyEdits, format } from 'jsonc-parser';

const layout = { tabSize: 2, insertSpaces: true };

export const parsers = {
  jsonc: {
    astFormat: 'jsonc-text',
    parse: (text) => ({ text }),
    locStart: () => 0,
    locEnd: (node) => node.text.length,
  },
};

export const printers = {
  'jsonc-text': {
    print: (path) => applyEdits(path.node.text, format(path.node.text, undefined, layout)),
  },
};
