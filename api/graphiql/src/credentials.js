/**
 * The email and password of the page's link, `#email=…&password=…`, such as `serve --demo` can print, or undefined. They
 * are taken out of the address bar; what follows a # never reaches the server or its logs.
 */
export const takeCredentials = () => {
  const link = new URLSearchParams(window.location.hash.slice(1));
  if (!link.has('email')) return undefined;
  window.history.replaceState(null, '', window.location.pathname);
  return { email: link.get('email'), password: link.get('password') ?? '' };
};
