/** The history of a strategy: its versions, what changed between them, and the way back. */

import { Type } from 'typebox';
import { readSource, strategyKind } from '#actors';
import type { VersionView } from '#actors';
import type { FastifyRequest } from 'fastify';
import type { SourceFiles as Source } from '#ports';
import { withEntityTag } from '../entity-tags.ts';
import { ProblemError } from '../errors.ts';
import { ask, change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { chosenFields, listPage, listQuery, pageOf } from '../lists.ts';
import { mustOwn } from '../permissions.ts';
import { answers, closed, Id } from '../schemas/basics.ts';
import { SourceFiles, Strategy, Version } from '../schemas/strategies.ts';
import { onWire } from '../wire.ts';

const tags = ['strategies'];
const VersionNumber = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const read = { permission: 'strategies:read' } as const;

export const strategyVersionRoutes: Routes = (app, gateway) => {
  app.get(
    '/strategies/:id/versions',
    {
      config: read,
      schema: {
        tags,
        summary: 'Versions, the newest first',
        params: closed({ id: Id }),
        querystring: listQuery({}),
        response: answers({ 200: pageOf(Version) }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { userId: owner } = principalOf(request);
      mustOwn(principalOf(request), id, 'strategy-unknown');
      // The actor knows whether there is such a strategy; the list, what has become too long for it.
      await ask(gateway, request, strategyKind, id, { type: 'ListVersions' });
      return await listPage(gateway, request, request.query, {
        list: 'strategy-versions',
        owner,
        parent: id,
        show: ({ doc }) => onWire(doc),
      });
    },
  );

  app.get(
    '/strategies/:id/versions/:version',
    {
      config: read,
      schema: {
        tags,
        summary: 'A version with its source',
        params: closed({ id: Id, version: VersionNumber }),
        querystring: closed({ fields: Type.Optional(Type.String({ maxLength: 200 })) }),
        response: answers({ 200: Type.Partial(Type.Object({ ...Version.properties, source: SourceFiles })) }),
      },
    },
    async (request) => {
      const { id, version } = request.params;
      const found = await versionOf(gateway, request, id, version);
      return chosenFields([{ ...onWire(found.version), source: found.source }], request.query.fields)[0];
    },
  );

  app.get(
    '/strategies/:id/versions/:version/diff/:other',
    {
      config: read,
      schema: {
        tags,
        summary: 'What changed from one version to another',
        params: closed({ id: Id, version: VersionNumber, other: VersionNumber }),
        response: answers({ 200: Type.Object({ diff: Type.String({ description: 'A unified diff of all files.' }) }) }),
      },
    },
    async (request) => {
      const { id, version, other } = request.params;
      const [from, to] = await Promise.all([
        versionOf(gateway, request, id, version),
        versionOf(gateway, request, id, other),
      ]);
      // Loaded with the first comparison: a start is not to wait for it.
      const { diffOf } = await import('../version-diff.ts');
      return { diff: diffOf(from, to) };
    },
  );

  app.post(
    '/strategies/:id/versions/:version/restore',
    {
      config: { permission: 'strategies:write' },
      schema: {
        tags,
        summary: 'Make an older version the newest again',
        params: closed({ id: Id, version: VersionNumber }),
        response: answers({ 200: Strategy }),
      },
    },
    async (request, reply) => {
      const { id, version } = request.params;
      const { source } = await versionOf(gateway, request, id, version);
      const { userId: by } = principalOf(request);
      const view = await change(gateway, request, strategyKind, id, { type: 'RestoreVersion', version, source, by });
      return withEntityTag(request, reply, onWire(view));
    },
  );
};

export interface FoundVersion {
  readonly version: VersionView;
  readonly source: Source;
}

/** A version's files: the head's are in the actor, the others' in Git. */
export const versionOf = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  id: string,
  number: number,
): Promise<FoundVersion> => {
  mustOwn(principalOf(request), id, 'strategy-unknown');
  const { head, source } = await ask(gateway, request, strategyKind, id, { type: 'GetStrategy' });
  if (number === head.version) return { version: head, source };
  const version = (await recentVersion(gateway, request, id, number)) ?? (await olderVersion(gateway, id, number));
  if (version === null) throw new ProblemError('strategy-version-unknown');
  const files = await readSource(gateway.parts.gitObjects, version.commit);
  if (files === null) {
    throw new ProblemError('strategy-history-behind', undefined, { retryAfterSeconds: 5 });
  }
  return { version, source: files };
};

const recentVersion = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  id: string,
  number: number,
): Promise<VersionView | null> => {
  const versions = await ask(gateway, request, strategyKind, id, { type: 'ListVersions' });
  return versions.find(({ version }) => version === number) ?? null;
};

/** A version that the actor has forgotten, from the list, whose entries are named by their numbers. */
const olderVersion = async ({ parts }: Gateway, id: string, number: number): Promise<VersionView | null> => {
  const entry = await parts.lists.get('strategy-versions', `${id}-${number}`);
  // The list's own projection made it of a version.
  return entry === null || entry.parent !== id ? null : (entry.doc as unknown as VersionView);
};
