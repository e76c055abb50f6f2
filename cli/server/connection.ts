/** The server that a command talks to, and as whom. */

import { createClient, Realtime } from '#sdk';
import type { Client, ConnectionState } from '#sdk';
import type { Arguments, CommandDeclaration, OptionDeclaration } from '../arguments.ts';
import type { Command, CommandContext } from '../main.ts';
import { UsageError } from '../usage-error.ts';
import { explained, notSignedIn } from './server-error.ts';
import { lastServer, sessionStore } from './session-file.ts';

/** Of every command that talks to a server. */
export const serverOptions = {
  server: {
    value: 'URL',
    group: 'Server',
    help: 'Default: XTRADING_SERVER, else that of the last login, else http://127.0.0.1:8080.',
  },
  json: { group: 'Output', help: 'As JSON, for programs.' },
  plain: { group: 'Output', help: 'No colours, no progress.' },
  quiet: { short: 'q', group: 'Output', help: 'Nothing but the result.' },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

export const serverNote =
  'Sign in first with xtrading login; programs may set XTRADING_SERVER and XTRADING_TOKEN (an access token) instead.';

export interface Connection {
  /** `http://127.0.0.1:8080`. */
  readonly server: string;
  readonly client: Client;
  /** Opens the realtime connection at its first use. */
  readonly live: () => Realtime;
  /** Rejects when the realtime connection has ended for good. */
  readonly lost: Promise<never>;
}

export interface ServerContext extends CommandContext, Connection {}

const serverDefault = 'http://127.0.0.1:8080';

/** A command that asks a server; what the server refuses is told like any other mistake. */
export const serverCommand = (
  declaration: CommandDeclaration,
  run: (given: Arguments, context: ServerContext) => Promise<number>,
  { needsSession = true }: { readonly needsSession?: boolean } = {},
): Command => ({
  declaration,
  async run(given, context) {
    const connection = connect(given, context);
    const { client, server, close } = connection;
    try {
      if (needsSession && !client.session.isOpen) throw notSignedIn(server);
      return await run(given, { ...context, ...connection });
    } catch (error) {
      throw explained(error, server);
    } finally {
      close();
    }
  },
});

const connect = (given: Arguments, { environment }: CommandContext): Connection & { readonly close: () => void } => {
  const server = addressOf(
    given.text('server') ?? filled(environment['XTRADING_SERVER']) ?? lastServer(environment) ?? serverDefault,
  );
  const token = filled(environment['XTRADING_TOKEN']);
  const client = createClient({
    baseUrl: server,
    store: sessionStore(environment, server),
    ...(token === undefined ? {} : { accessToken: token }),
  });
  let realtime: Realtime | null = null;
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => undefined); // for those who wait for something live
  const ended = (state: ConnectionState): void => {
    if (state === 'offline') reject(notSignedIn(server));
  };
  const live = (): Realtime => {
    if (realtime !== null) return realtime;
    const url = `${server.replace(/^http/, 'ws')}/connection/websocket`;
    realtime = new Realtime({ url, accessToken: () => client.session.accessToken(), onState: ended });
    realtime.connect();
    return realtime;
  };
  return { server, client, live, lost, close: () => realtime?.close() };
};

/** An empty variable is as good as none. */
const filled = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim();

/** `trading.example.org` and `localhost:8080/` are meant as addresses too. */
const addressOf = (text: string): string => {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(text);
  const full = /^https?:\/\//.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  if (URL.canParse(full) && !full.includes('@')) return full.replace(/\/+$/, '');
  throw new UsageError(
    'option-value',
    `${text.slice(0, 80)} is no address of a server.`,
    'Write for example --server https://trading.example.org.',
  );
};
