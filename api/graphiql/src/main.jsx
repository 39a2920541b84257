import './workers.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { takeCredentials } from './credentials.js';
import { defaultHeaders, firstTabs, signInTab } from './documents.js';
import { createFetcher } from './fetcher.js';
import { authorizationIn } from './headers.js';
import { SignedIn } from './SignedIn.jsx';

const placeholders = { email: 'you@example.com', password: 'your password' };
const headerEditorRef = { current: undefined };
const fetcher = createFetcher(() => authorizationIn(headerEditorRef.current?.getValue()));

// GraphiQL fills the editors from what it stored of the last visit unless it is told what to show.
const credentials = takeCredentials();
const firstVisit = localStorage.getItem('graphiql:tabState') === null;
const { query, variables } = signInTab(credentials ?? placeholders);
const shown = credentials || firstVisit ? { initialQuery: query, initialVariables: variables } : {};

createRoot(document.getElementById('root')).render(
  <GraphiQL
    fetcher={fetcher}
    {...shown}
    defaultTabs={firstTabs(credentials ?? placeholders)}
    defaultHeaders={defaultHeaders}
    defaultEditorToolsVisibility="variables"
    inputValueDeprecation
    schemaDescription
    shouldPersistHeaders
  >
    <GraphiQL.Logo>
      <span className="logo">Sportello</span>
    </GraphiQL.Logo>
    <GraphiQL.Footer>
      <SignedIn headerEditorRef={headerEditorRef} />
    </GraphiQL.Footer>
  </GraphiQL>,
);
