// The desk under test: where it is, who signs in, and the few operations that the checks use.
import { randomUUID } from 'node:crypto';

const base = (process.env.SPORTELLO_URL ?? 'http://127.0.0.1:8000').replace(/\/$/, '');

export const url = `${base}/graphql`;
export const socketUrl = url.replace(/^http/, 'ws');

export const documents = {
  viewer: 'query Viewer { viewer { account { name } } }',
  tickets: `query Tickets {
    tickets(first: 5, orderBy: [{ field: OPENED_AT, direction: DESC }]) {
      nodes { id reference title status { id name } }
      eventCursor
    }
  }`,
  signIn: `mutation SignIn($email: EmailAddress!, $password: String!) {
    signIn(input: { email: $email, password: $password }) { accessToken userErrors { code message } }
  }`,
  ticketOpen: `mutation TicketOpen($input: TicketOpenInput!) {
    ticketOpen(input: $input) { ticket { id reference title } event { cursor } userErrors { code message path } }
  }`,
  webhookEndpointCreate: `mutation WebhookEndpointCreate($input: WebhookEndpointCreateInput!) {
    webhookEndpointCreate(input: $input) { endpoint { id } secret userErrors { code message path } }
  }`,
  webhookEndpointRotateSecret: `mutation WebhookEndpointRotateSecret($input: WebhookEndpointRotateSecretInput!) {
    webhookEndpointRotateSecret(input: $input) { endpoint { id } secret userErrors { code message path } }
  }`,
  webhookEndpointDelete: `mutation WebhookEndpointDelete($input: WebhookEndpointDeleteInput!) {
    webhookEndpointDelete(input: $input) { endpoint { id } secret userErrors { code message path } }
  }`,
  ticketChanges: `subscription TicketChanges($after: EventCursor) {
    ticketChanges(after: $after) {
      __typename
      ... on TicketChange { cursor transition event { type ticket { id title } } }
      ... on StreamCheckpoint { cursor }
      ... on RelatedChange { cursor }
      ... on ResyncRequired { reason }
    }
  }`,
};

/** Sends one operation over HTTP, as whom `authorization` says, and returns its data. */
export const execute = async (query, variables, authorization, where = url) => {
  const response = await fetch(where, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(authorization && { authorization }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const answer = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
  if (answer.data === undefined || answer.errors) throw new Error(`${response.status}: ${text}`);
  return answer.data;
};

let signingIn;

/** The Authorization of the operator that the environment names; signs in once. */
export const authorization = () => (signingIn ??= signIn());

const signIn = async () => {
  const { accessToken, userErrors } = (await execute(documents.signIn, credentials())).signIn;
  if (!accessToken) throw new Error(`signIn was refused: ${JSON.stringify(userErrors)}`);
  return `Bearer ${accessToken}`;
};

/** The operator's e-mail address and password. */
export const credentials = () => {
  const { SPORTELLO_EMAIL: email, SPORTELLO_PASSWORD: password } = process.env;
  if (!email || !password) throw new Error('Set SPORTELLO_EMAIL and SPORTELLO_PASSWORD to those of an operator.');
  return { email, password };
};

/** A title that no other ticket has, so that the desk's other work does not confuse the checks. */
export const newTitle = () => `Conformance ${randomUUID()}`;

/** The variables that open a ticket with this title. */
export const ticketOf = (title) => ({ input: { title, contactPhone: '+39 06 5550 1234' } });

/** Opens a ticket over HTTP and returns it, with the cursor of its event. */
export const openTicket = async (title) => {
  const payload = (await execute(documents.ticketOpen, ticketOf(title), await authorization())).ticketOpen;
  if (!payload.ticket) throw new Error(`ticketOpen was refused: ${JSON.stringify(payload.userErrors)}`);
  return { ...payload.ticket, cursor: payload.event.cursor };
};

/** The title of the ticket that an item of `ticketChanges` is about, or undefined. */
export const titleIn = (result) => result?.data?.ticketChanges?.event?.ticket?.title;

/** Whether an item of `ticketChanges` says that the stream has arrived at the present. */
export const isCheckpoint = (result) => result?.data?.ticketChanges?.__typename === 'StreamCheckpoint';
