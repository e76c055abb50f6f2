/** Imports of prices: files of any size, taken in as they come. */

import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { importKind, symbolKind } from '#actors';
import type { ImportView } from '#actors';
import { preferredWaitMs } from '../entity-tags.ts';
import { ProblemError } from '../errors.ts';
import { accepted, answerOf, change, principalOf } from '../gateway.ts';
import type { Gateway, GatewayApp, Routes } from '../gateway.ts';
import { requestTimeoutMs } from '../limits.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { mustOwn, symbolUser } from '../permissions.ts';
import { answers, choice, closed, Id } from '../schemas/basics.ts';
import { Import, ImportEntry, importStatuses, StoredInterval } from '../schemas/data.ts';
import { SymbolName } from '../schemas/trading.ts';
import { settled } from '../settled.ts';
import { contentOf } from '../uploads.ts';
import { onWire } from '../wire.ts';

const tags = ['data'];
const importBytesMax = 2 * 1_024 ** 3;
const fileTypes = ['text/csv', 'application/octet-stream', 'application/gzip', 'application/x-gzip'];

export const importRoutes: Routes = (app, gateway) => {
  // In a scope of its own: no other route takes bodies that are not JSON.
  void app.register((scope, _options, done) => {
    for (const type of fileTypes) scope.addContentTypeParser(type, (_request, body, parsed) => parsed(null, body));
    uploadRoute(scope, gateway);
    done();
  });

  app.get(
    '/data/imports',
    {
      config: { permission: 'market:read' },
      schema: {
        tags,
        summary: 'Your imports',
        querystring: listQuery({ symbol: Type.Optional(SymbolName), status: Type.Optional(choice(importStatuses)) }),
        response: answers({ 200: pageOf(ImportEntry) }),
      },
    },
    async (request) => {
      const { symbol, status, ...query } = request.query;
      return await listPage(gateway, request, query, {
        list: 'imports',
        owner: principalOf(request).userId,
        symbol,
        status: status === undefined ? undefined : [status],
        show: ({ doc }) => onWire(doc),
      });
    },
  );

  app.get(
    '/data/imports/:id',
    {
      config: { permission: 'market:read' },
      schema: { tags, summary: 'One import', params: closed({ id: Id }), response: answers({ 200: Import }) },
    },
    async (request) => onWire(await importOf(gateway, request, request.params.id)),
  );
};

const uploadRoute = (app: GatewayApp, gateway: Gateway): void => {
  app.post(
    '/data/batch-import',
    {
      config: { permission: 'data:import', weight: 10, idempotent: false },
      // As long as the request may take to arrive; the socket's own time limit ends what does not move.
      handlerTimeout: requestTimeoutMs,
      schema: {
        tags,
        summary: 'Import a file of prices',
        description:
          'The body is the file itself: CSV of any layout that `xtrading` reads, gzip or not, up to 2 GiB unpacked. ' +
          'The same content for the same symbol is the same import and is answered 200, so it may be sent again without harm. ' +
          'A symbol that nobody has becomes yours; into others, administrators alone import. ' +
          '`Prefer: wait=5` waits for the end.',
        consumes: fileTypes,
        querystring: closed({
          symbol: SymbolName,
          interval: Type.Optional(StoredInterval),
          skipBad: Type.Optional(
            Type.Boolean({ default: false, description: 'Leave rows out that can not be bars, and name them.' }),
          ),
          fileName: Type.Optional(
            Type.String({ minLength: 1, maxLength: 200, description: 'For you.', examples: ['GOOG.csv'] }),
          ),
        }),
        response: answers({ 200: Import, 202: Import }),
      },
    },
    async (request, reply) => {
      const { symbol, interval = null, skipBad = false, fileName = `${symbol}.csv` } = request.query;
      const principal = principalOf(request);
      const owner = principal.userId;
      // Before the file is taken in.
      await change(gateway, request, symbolKind, symbol, { type: 'ClaimSymbol', by: symbolUser(principal) }, 'claim');
      const { importId: id, bytes } = await spooled(gateway, request, { owner, symbol, interval });
      const before = await answerOf(gateway, request, importKind, id, { type: 'GetImport' });
      const isNew = before.type === 'refused' || before.reply.status === 'failed';
      const recorded = await change(gateway, request, importKind, id, {
        type: 'RecordImport',
        owner,
        symbol,
        interval,
        fileName,
        bytes,
        skipBad,
      });
      const view = await waited(gateway, request, recorded);
      reply.code(isNew ? 202 : 200).header('location', `/api/v1/data/imports/${id}`);
      return onWire(view);
    },
  );
};

interface Key {
  readonly owner: string;
  readonly symbol: string;
  readonly interval: '1m' | '1d' | null;
}

/** The content in the spool, whole. */
const spooled = async ({ parts }: Gateway, request: FastifyRequest, key: Key) => {
  if (Number(request.headers['content-length'] ?? 0) > importBytesMax) throw tooLarge(importBytesMax);
  if (request.body === undefined || request.body === null) throw empty();
  try {
    const content = await contentOf(request.body as Readable); // The parser of this scope hands on the stream.
    const outcome = await parts.importSpool.receive(key, content);
    if (outcome.type === 'too-large') throw tooLarge(outcome.bytesMax);
    if (outcome.bytes === 0) throw empty();
    return outcome;
  } catch (error) {
    throw unreadable(error) ?? error;
  }
};

/** What is wrong with the body where reading it failed; null: it was something else. */
const unreadable = (error: unknown): ProblemError | null => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_')) return new ProblemError('request-invalid', 'The gzip archive is damaged.');
  if (code === 'ECONNRESET') return new ProblemError('request-invalid', 'The upload broke off.');
  return null;
};

const tooLarge = (bytesMax: number): ProblemError =>
  new ProblemError('body-too-large', `A file may have ${bytesMax / 1_024 ** 2} MiB, unpacked.`, {
    remedy: 'Split it by time, and send the parts one after the other.',
  });

const empty = (): ProblemError =>
  new ProblemError('request-invalid', 'The body is empty.', {
    remedy: 'Send the file itself as the body: curl --data-binary @GOOG.csv.',
  });

/** As it is when it has ended, or when the caller does not want to wait any longer. */
const waited = async (gateway: Gateway, request: FastifyRequest, view: ImportView): Promise<ImportView> => {
  const ms = preferredWaitMs(request);
  return ms === 0 || hasEnded(view)
    ? view
    : await settled(gateway.parts, {
        channel: `import:${view.id}`,
        read: async () => await importOf(gateway, request, view.id),
        isSettled: hasEnded,
        ms,
      });
};

/** A stranger's is not there. What its owner has seen of it, the lists that he asks for next show. */
const importOf = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  id: string,
): Promise<ImportView> => {
  const answer = await answerOf(gateway, request, importKind, id, { type: 'GetImport' });
  const view = accepted(answer);
  mustOwn(principalOf(request), view.owner, 'import-unknown');
  gateway.writes.note(principalOf(request).userId, answer.position);
  return view;
};

const hasEnded = ({ finishedAt }: ImportView): boolean => finishedAt !== null;
