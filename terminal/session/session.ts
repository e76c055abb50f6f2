/** Who is signed in, and the connections to the server that belong to that. */

import { computed, effect, signal } from '@preact/signals';
import { createClient, Realtime, SignedOut } from '#sdk';
import type { ConnectionState, LoggedIn, User } from '#sdk';
import { onOtherTab, tokenStore } from './token-store.ts';

interface Person {
  readonly user: User;
  readonly permissions: ReadonlySet<string>;
}

/** `unreachable`: there is a session, but no server to ask about it. */
type SessionState = 'resuming' | 'unreachable' | 'signed-out' | 'signed-in';

export const person = signal<Person | null>(null);
export const sessionState = signal<SessionState>('resuming');
/** The session ended without being asked to. */
export const hasExpired = signal(false);
export const connection = signal<ConnectionState>('connecting');

let isLeaving = false;
/** Between tries to reach a server that is away. */
const retryMs = 5_000;

export const client = createClient({
  baseUrl: '',
  store: tokenStore,
  onSession: (loggedIn) => {
    if (loggedIn === null) end();
    else begin(loggedIn);
  },
});

let realtime: Realtime | null = null;

/** Live data of whoever is signed in. */
export const live = (): Realtime => {
  if (realtime === null) throw new Error('Live data are for those who are signed in.');
  return realtime;
};

const begin = ({ user, permissions }: LoggedIn): void => {
  if (person.peek() !== null && person.peek()?.user.id !== user.id) end();
  if (realtime === null) {
    realtime = new Realtime({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/connection/websocket`,
      accessToken: () => client.session.accessToken(),
      onState: (state) => {
        connection.value = state;
        if (state === 'offline') comeBack();
      },
    });
    realtime.connect();
  }
  person.value = { user, permissions: new Set(permissions) };
  hasExpired.value = false;
  sessionState.value = 'signed-in';
};

const end = (): void => {
  hasExpired.value = !isLeaving;
  // First the connection, so that what ends with the person has nobody to tell.
  const before = realtime;
  realtime = null;
  before?.close();
  person.value = null;
  sessionState.value = 'signed-out';
};

/** The server has sent the socket away for good: either the session has ended, or it may be tried again later. */
const comeBack = (): void => {
  const mine = realtime;
  if (mine === null) return;
  const again = (): void => {
    setTimeout(() => {
      if (realtime === mine) mine.connect();
    }, retryMs);
  };
  // Without a session the sign-in page is shown, and there is nothing to come back to.
  client.session.renew().then(again, again);
};

/** Goes on with the session that was left, if there is one. */
export const resumeSession = (): void => {
  onOtherTab((refreshToken) => {
    if (refreshToken === null && person.peek() !== null) client.session.end();
    if (refreshToken !== null && person.peek() === null) void resume();
  });
  void resume();
};

let retry: ReturnType<typeof setTimeout> | undefined;

export const resume = async (): Promise<void> => {
  if (!client.session.isOpen) {
    sessionState.value = 'signed-out';
    return;
  }
  clearTimeout(retry);
  if (sessionState.value !== 'unreachable') sessionState.value = 'resuming';
  try {
    await client.session.renew();
  } catch (error) {
    // Without a session the client has said so already; what else there is may pass.
    if (error instanceof SignedOut) return;
    sessionState.value = 'unreachable';
    retry = setTimeout(() => void resume(), retryMs);
  }
};

export const signOut = async (): Promise<void> => {
  isLeaving = true;
  try {
    await client.auth.logout();
  } finally {
    isLeaving = false;
  }
};

export const may = (permission: string): boolean => person.value?.permissions.has(permission) ?? false;

/** Runs for each person who signs in; what it returns runs when they leave. */
export const forEachPerson = (begins: (user: User) => () => void): void => {
  const userId = computed(() => person.value?.user.id ?? null);
  effect(() => {
    if (userId.value === null) return undefined;
    const user = person.peek()?.user;
    return user === undefined ? undefined : begins(user);
  });
};
