import { useGraphiQL } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { authorizationIn, withAuthorization } from './headers.js';
import { onToken } from './session.js';

const messages = {
  signedIn: 'Signed in. The token is in Headers of every tab and is renewed while this page is open.',
  ended: 'The session has ended. Sign in again.',
};

/** Tells the page where Headers are edited, writes tokens into them as they come, and says so. */
export function SignedIn({ headerEditorRef }) {
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const tabs = useGraphiQL((state) => state.tabs);
  const [message, setMessage] = useState();

  useEffect(() => {
    headerEditorRef.current = headerEditor;
  }, [headerEditor, headerEditorRef]);

  useEffect(
    () =>
      onToken(({ authorization, replaces, ended }) => {
        if (ended) return setMessage(messages.ended);
        writeHeaders(headerEditor, tabs, authorization, replaces);
        setMessage(messages.signedIn);
      }),
    [headerEditor, tabs],
  );

  return message ? <output className="signed-in">{message}</output> : null;
}

// GraphiQL has no action that changes the headers of a tab that is not shown, so those are written in place; it stores
// them all once the shown tab's editor has changed.
const writeHeaders = (headerEditor, tabs, authorization, replaces) => {
  const update = (text) =>
    isReplaced(authorizationIn(text), replaces) ? withAuthorization(text, authorization) : text;
  for (const tab of tabs) tab.headers = update(tab.headers);
  const shown = headerEditor?.getValue();
  if (shown !== undefined && update(shown) !== shown) headerEditor.setValue(update(shown));
};

// A new sign-in replaces everything but API keys; a renewed token only the one it follows.
const isReplaced = (present, replaces) => (replaces ? present === replaces : !present?.startsWith('Bearer spk_'));
