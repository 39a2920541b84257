// How the page talks to the server: queries and mutations over HTTP, subscriptions over WebSocket.
import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-ws';
import { noticeSession } from './session.js';

// Beside the page, so that a proxy's path prefix does no harm.
const url = new URL('graphql', window.location.origin + window.location.pathname);
const socketUrl = url.href.replace(/^http/, 'ws');

/** A fetcher for GraphiQL. `authorization()` is asked again whenever a socket connects: headers may have changed. */
export const createFetcher = (authorization) => {
  const socket = createSocket(authorization);
  return async (parameters, { headers = {}, documentAST } = {}) => {
    if (isSubscription(documentAST, parameters.operationName)) return observe(socket, parameters);
    const answer = await post(parameters, signsIn(parameters) ? withoutAuthorization(headers) : headers);
    noticeSession(answer, post);
    return answer;
  };
};

const isSubscription = (document, name) => document && getOperationAST(document, name)?.operation === 'subscription';

const createSocket = (authorization) => {
  let sent;
  return createClient({
    url: socketUrl,
    connectionParams: () => {
      sent = authorization();
      return sent ? { authorization: sent } : {};
    },
    retryAttempts: 20,
    // A refused credential stays refused until there is another one.
    shouldRetry: (event) => event instanceof CloseEvent && (event.code !== 4403 || authorization() !== sent),
  });
};

const observe = (socket, parameters) => ({
  subscribe: (sink) => ({
    unsubscribe: socket.subscribe(parameters, { ...sink, error: (error) => sink.error(errorsOf(error)) }),
  }),
});

const errorsOf = (error) => {
  if (Array.isArray(error)) return error;
  if (!(error instanceof CloseEvent)) return [{ message: error.message ?? 'The WebSocket could not be opened.' }];
  return [{ message: `The server closed the WebSocket: ${error.code} ${error.reason}`.trim() }];
};

// An expired token that is still in Headers must not stand in the way of a new one.
const signsIn = ({ query }) => /\bsignIn\s*\(/.test(query);

const withoutAuthorization = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));

const post = async (parameters, headers) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
    },
    body: JSON.stringify(parameters),
  });
  if (response.headers.get('content-type')?.includes('json')) return response.json();
  // A proxy's error page is no GraphQL answer: show what it says rather than where JSON parsing stopped.
  throw new Error(`The server answered ${response.status} ${response.statusText}: ${await response.text()}`);
};
