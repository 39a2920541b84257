// The text of the Headers editor: JSON, with comments allowed.
import { applyEdits, modify, parse } from 'jsonc-parser';

const formattingOptions = { tabSize: 2, insertSpaces: true };

const authorizationKey = (headers) =>
  Object.keys(headers).find((name) => name.toLowerCase() === 'authorization') ?? 'Authorization';

const headersOf = (text) => {
  const headers = parse(text ?? '');
  return headers !== null && typeof headers === 'object' ? headers : {};
};

/** The value of Authorization in `text`, in whatever case it is written, or undefined. */
export const authorizationIn = (text) => {
  const headers = headersOf(text);
  return headers[authorizationKey(headers)];
};

/** `text` with Authorization set to `value`; all else, comments included, stays as it was written. */
export const withAuthorization = (text, value) => {
  const key = authorizationKey(headersOf(text));
  return applyEdits(text ?? '', modify(text ?? '', [key], value, { formattingOptions }));
};
