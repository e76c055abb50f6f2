/**
 * The web terminal as the server gives it out: the files of a built folder, read once, so that a request
 * chooses among them and no path can lead elsewhere.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayApp } from './gateway.ts';

/** By the end of the name; other files would be a mistake of the build. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page's own files alone, and sockets to its own server: what a stranger's text brings along does nothing. */
const securityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Names in this folder carry the hash of what is in them. */
const hashedFolder = 'assets';
const immutable = 'public, max-age=31536000, immutable';
const page = 'index.html';
/** What is no page of the terminal, whatever a browser says it would like. */
const notPages = /^\/(api|assets|docs|health|metrics|connection|\.well-known|v\d|udf)(\/|$)/;

type Answer = (request: FastifyRequest, reply: FastifyReply) => void;

export interface TerminalFiles {
  /** Answers requests that no route takes: a page of the terminal has the terminal, all else what `next` says. */
  readonly orElse: (next: Answer) => Answer;
}

/** Adds a route for each file of the folder; it needs an `index.html`. */
export const serveTerminal = (app: GatewayApp, folder: string): TerminalFiles => {
  const files = filesBelow(folder);
  const index = files.get(page);
  if (index === undefined) throw new Error(`The terminal in ${folder} has no ${page}.`);
  for (const [name, content] of files) {
    const type = contentTypes[extname(name)];
    if (type === undefined) throw new Error(`The terminal has a file of an unknown type: ${name}.`);
    if (name === page) continue;
    const caching = name.startsWith(`${hashedFolder}/`) ? immutable : 'no-cache';
    app.route({
      method: 'GET',
      url: `/${name}`,
      config: { public: true },
      schema: { hide: true },
      handler: (_request, reply) => {
        void reply.headers({ 'cache-control': caching, 'content-security-policy': securityPolicy });
        void reply.type(type).send(content);
      },
    });
  }
  const sendPage = (reply: FastifyReply): void => {
    void reply.code(200).headers({
      'cache-control': 'no-store',
      'content-security-policy': securityPolicy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    void reply.type(contentTypes['.html'] ?? '').send(index);
  };
  app.route({
    method: 'GET',
    url: '/',
    config: { public: true },
    schema: { hide: true },
    handler: (_request, reply) => sendPage(reply),
  });
  return {
    orElse: (next) => (request, reply) => {
      if (isPage(request)) sendPage(reply);
      else next(request, reply);
    },
  };
};

/** Somebody opens an address of the terminal: the page itself knows which of its pages is meant. */
const isPage = ({ method, url, headers }: FastifyRequest): boolean => {
  const path = url.split('?', 1)[0] ?? '';
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && headers.accept?.includes('text/html') === true && !notPages.test(path);
};

/** Names with `/` between folders, however the machine writes them. */
const filesBelow = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [relative(folder, path).replaceAll(sep, '/'), readFileSync(path)]),
  );
