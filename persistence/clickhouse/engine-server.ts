/**
 * The embedded ClickHouse for several processes of one machine: the engine of this process behind that
 * part of ClickHouse's HTTP interface which `openClickHouse` uses. Whoever may ask it may do anything
 * that this process may, as the engine reads files.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseError } from '@clickhouse/client';
import { openEngine } from './engine.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { withTextLiterals } from './literals.ts';

export interface ClickHouseServerOptions extends Pick<EngineOptions, 'dataFolder' | 'memoryBytesMax'> {
  /** 0: any free one. */
  readonly port: number;
  /** By default this machine alone can reach it. */
  readonly host?: string;
  /** Who may ask; null, as by default: whoever can reach it. */
  readonly login?: Login | null;
}

interface Login {
  readonly user: string;
  readonly password: string;
}

export interface ClickHouseServer {
  readonly port: number;
  /** Milliseconds since it was asked for something last, or has started. */
  readonly idleMs: () => number;
  /** Takes nothing new, finishes what is under way, and closes the engine. */
  close(): Promise<void>;
}

/** Two of Node's four threads; one more writes, and one is left for the rows of inserts. */
const readersMax = 2;
/** Each has one request at a time; a node opens ten. */
const connectionsMax = 512;
/** The longest list in a statement are the attempts of a batch: some hundred bytes each. */
const statementBytesMax = 1024 * 1024;
/** Half a million rows, the most that is inserted at once, are some hundred megabytes. */
const rowsBytesMax = 1024 * 1024 * 1024;
/** Then the connections of those that are not done are cut. */
const closeMsMax = 30_000;

/** Throws what {@link openEngine} throws, and Node's error when the port can't be had. */
export const startClickHouseServer = async ({
  port,
  host = '127.0.0.1',
  login = null,
  ...options
}: ClickHouseServerOptions): Promise<ClickHouseServer> => {
  // Where the request line may hold a statement with its parameters.
  const server = createServer({ maxHeaderSize: 2 * statementBytesMax });
  server.maxConnections = connectionsMax;
  const opening = Promise.withResolvers<Engine>();
  opening.promise.catch(() => {}); // thrown below
  let askedAt = performance.now();
  // From the start: a request that comes before the engine is open waits for it.
  server.on('request', (request, response) => {
    askedAt = performance.now();
    opening.promise.then(
      (engine) => respond(engine, login, request, response),
      () => response.destroy(),
    );
  });
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  let engine: Engine;
  try {
    // After the port: whoever starts a second one is told at once.
    engine = await openEngine({ ...options, readersMax });
  } catch (error) {
    opening.reject(error);
    server.close();
    server.closeAllConnections();
    throw error;
  }
  opening.resolve(engine);
  return {
    port: (server.address() as AddressInfo).port, // of a TCP server
    idleMs: () => performance.now() - askedAt,
    async close() {
      await closeServer(server);
      await engine.close();
    },
  };
};

const closeServer = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  const waiting = new AbortController();
  const late = delay(closeMsMax, undefined, { signal: waiting.signal }).then(
    () => server.closeAllConnections(),
    () => {}, // it was not late
  );
  await closed;
  waiting.abort();
  await late;
};

/** Never rejects: what goes wrong is the answer, or nobody is there any more to have one. */
const respond = async (
  engine: Engine,
  login: Login | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const result = await answer(engine, login, request);
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(result);
  } catch (error) {
    const { status, code, text } = refusalOf(error);
    if (response.destroyed) return;
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-clickhouse-exception-code': code,
      // What has not been read of the request would be taken for the next one.
      ...(request.complete ? {} : { connection: 'close' }),
    });
    response.end(text);
  }
};

const answer = async (engine: Engine, login: Login | null, request: IncomingMessage): Promise<Buffer | string> => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
  if (pathname === '/ping') return 'Ok.\n';
  if (login !== null && !isLoggedIn(request, searchParams, login))
    throw new Refusal(403, 516, 'Authentication failed: user or password is wrong.', 'AUTHENTICATION_FAILED');
  if (pathname !== '/') throw new Refusal(404, 48, `There is no ${pathname.slice(0, 80)}.`, 'NOT_IMPLEMENTED');
  if (request.headers['content-encoding'] !== undefined)
    throw new Refusal(415, 48, 'Bodies are taken as they are, not compressed.', 'NOT_IMPLEMENTED');
  refuseSettings(searchParams);
  const inAddress = searchParams.get('query');
  const template = inAddress ?? (await readStatement(request));
  const statement = withParameters(template, searchParams);
  const database = searchParams.get('database') ?? 'default';
  const [, before, structure] = /^(.*)\binput\(('(?:\\.|[^'\\])*')\)\s+FORMAT\s+Native\s*$/is.exec(statement) ?? [];
  if (before !== undefined && structure !== undefined) {
    await engine.insert(
      (path) => writeRows(path, request),
      (quotedPath) => `${before}file(${quotedPath}, 'Native', ${structure})`,
      database,
    );
    return '';
  }
  if (/^\s*(SELECT|WITH|SHOW|DESCRIBE|EXISTS)\b/i.test(statement)) return engine.read(statement, database);
  if (request.method !== 'POST') throw new Refusal(500, 164, 'GET changes nothing: use POST.', 'READONLY');
  return engine.write(statement, database);
};

/** What the engine does in any case: it has no queue for inserts and no replicas. */
const settingsMet: Readonly<Record<string, string>> = { async_insert: '0', insert_deduplicate: '0' };
const parametersKnown = ['query', 'query_id', 'database', 'user', 'password'];

/** A setting that is passed over would be taken for one that holds. */
const refuseSettings = (searchParams: URLSearchParams): void => {
  for (const [name, value] of searchParams) {
    if (parametersKnown.includes(name) || name.startsWith('param_') || settingsMet[name] === value) continue;
    throw new Refusal(500, 115, `The setting ${name}=${value} is not known here.`.slice(0, 200), 'UNKNOWN_SETTING');
  }
};

const withParameters = (template: string, searchParams: URLSearchParams): string => {
  const prefix = 'param_';
  const given = [...searchParams].filter(([name]) => name.startsWith(prefix));
  try {
    return withTextLiterals(template, new Map(given.map(([name, value]) => [name.slice(prefix.length), value])));
  } catch (error) {
    throw new Refusal(500, 456, (error as Error).message, 'UNKNOWN_QUERY_PARAMETER'); // it throws errors
  }
};

const readStatement = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of bounded(request, statementBytesMax)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const writeRows = (path: string, request: IncomingMessage): Promise<void> =>
  pipeline(bounded(request, rowsBytesMax), createWriteStream(path, { mode: 0o600 }));

const bounded = async function* (request: IncomingMessage, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  // A request gives out buffers where no encoding is set.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax)
      throw new Refusal(413, 396, `A body has at most ${bytesMax} bytes.`, 'TOO_MANY_ROWS_OR_BYTES');
    yield chunk;
  }
};

/** As stock clients log in: by Basic authorization, by headers of their own, or in the address. */
const isLoggedIn = ({ headers }: IncomingMessage, searchParams: URLSearchParams, login: Login): boolean => {
  const [, basic] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  const own = (name: string): string => String(headers[`x-clickhouse-${name}`] ?? '');
  const given =
    basic !== undefined
      ? Buffer.from(basic, 'base64').toString()
      : headers['x-clickhouse-user'] !== undefined
        ? `${own('user')}:${own('key')}`
        : `${searchParams.get('user') ?? ''}:${searchParams.get('password') ?? ''}`;
  return timingSafeEqual(digest(given), digest(`${login.user}:${login.password}`));
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What is said to one who asks for what is not to be had, with ClickHouse's number and name for it. */
class Refusal extends Error {
  readonly status: number;
  readonly number: number;
  readonly type: string;

  constructor(status: number, number: number, message: string, type: string) {
    super(message);
    this.status = status;
    this.number = number;
    this.type = type;
  }
}

const unknownException = 1002;

const refusalOf = (error: unknown): { readonly status: number; readonly code: string; readonly text: string } => {
  const said = (status: number, code: string, message: string, type: string) => ({
    status,
    code,
    text: `Code: ${code}. DB::Exception: ${message} (${type})\n`,
  });
  if (error instanceof Refusal) return said(error.status, String(error.number), error.message, error.type);
  const { message } = error instanceof Error ? error : new Error(String(error));
  return isClickHouseError(error)
    ? said(500, error.code, message, error.type ?? 'UNKNOWN_EXCEPTION')
    : said(500, String(unknownException), message, 'UNKNOWN_EXCEPTION');
};

/** The engine's package has the class from another package of the same client. */
const isClickHouseError = (error: unknown): error is Pick<ClickHouseError, 'code' | 'type' | 'message'> =>
  error instanceof Error && 'code' in error && /^\d+$/.test(String(error.code)) && 'type' in error;
