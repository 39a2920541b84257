// Who is signed in on this page. Tokens are kept in the memory of the window that signed in, which renews them before
// they expire; the header text that GraphiQL stores holds the short-lived one only.

const renewal = `mutation Renew($input: SessionRefreshInput!) {
  sessionRefresh(input: $input) { accessToken expiresAt refreshToken userErrors { message } }
}`;
const renewBefore = 60_000;

const listeners = new Set();
const otherWindows = new BroadcastChannel('sportello-session');
let current = null;
let timer;

/** Calls `listener` with `{ authorization, replaces }` when a token is there; without `replaces` it is a new sign-in. */
export const onToken = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Looks for a session in an answer, that of `signIn` or of any other mutation that gives one, and keeps it. */
export const noticeSession = (result, request) => {
  const session = Object.values(result?.data ?? {}).find((value) => value?.accessToken);
  if (session) keep(session, request);
};

const bearer = (session) => `Bearer ${session.accessToken}`;

const keep = (session, request, replaces) => {
  current = session;
  tell({ authorization: bearer(session), replaces });
  clearTimeout(timer);
  if (session.refreshToken && session.expiresAt)
    timer = setTimeout(() => renew(session, request), untilRenewal(session));
};

const untilRenewal = ({ expiresAt }) => Math.max(5_000, Date.parse(expiresAt) - Date.now() - renewBefore);

const renew = async (session, request) => {
  const input = { refreshToken: session.refreshToken };
  const result = await request({ query: renewal, variables: { input } });
  const renewed = result?.data?.sessionRefresh;
  if (current !== session) return;
  if (!renewed?.accessToken) return tell({ ended: true, replaces: bearer(session) });
  keep(renewed, request, bearer(session));
  otherWindows.postMessage({ authorization: bearer(renewed), replaces: bearer(session) });
};

const tell = (news) => listeners.forEach((listener) => listener(news));

otherWindows.onmessage = ({ data }) => tell(data);
