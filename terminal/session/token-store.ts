/**
 * Where the refresh token stays between visits: in localStorage.
 *
 * Why there: a session is to outlive the tab and to be one for all tabs. Copies in sessionStorage would
 * come apart when a tab is duplicated, and a refresh token used twice ends the whole session. Scripts of
 * others, which could read it, are kept out by the page's Content-Security-Policy (own files alone). The
 * token is good for one use, and using a stolen one ends the session for the thief as well. The access
 * token is never stored.
 */

import type { TokenStore } from '#sdk';

const key = 'xtrading.refresh-token';

export const tokenStore: TokenStore = {
  read: () => localStorage.getItem(key),
  write(refreshToken) {
    if (refreshToken === null) localStorage.removeItem(key);
    else localStorage.setItem(key, refreshToken);
  },
  async exclusively(action) {
    // Over plain HTTP browsers have locks on this machine alone; elsewhere the server's ten seconds of
    // grace for the token before have to do.
    if (!('locks' in navigator)) return await action();
    // The types say that the lock's answer may be anything that the action may answer.
    return await navigator.locks.request(key, action);
  },
};

/** Another tab has signed in or out. */
export const onOtherTab = (listener: (refreshToken: string | null) => void): void => {
  addEventListener('storage', (event) => {
    if (event.key === key && event.storageArea === localStorage) listener(event.newValue);
  });
};
