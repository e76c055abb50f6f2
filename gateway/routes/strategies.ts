/** Strategies: write, list, change, try out. */

import { departureOf } from '../departure.ts';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { strategyKind } from '#actors';
import type { SourceFiles as Source } from '#ports';
import { expectedVersion, withEntityTag } from '../entity-tags.ts';
import { ask, change, principalOf } from '../gateway.ts';
import type { Routes } from '../gateway.ts';
import { commandIdOf } from '../idempotency.ts';
import { idFrom } from '../identifiers.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { mustOwn } from '../permissions.ts';
import { answers, choice, closed, Id, Nothing } from '../schemas/basics.ts';
import { About, Check, GivenSource, ListedStrategy, Name, Strategy, Tags, Test } from '../schemas/strategies.ts';
import { StrategyChecks } from '../strategy-check.ts';
import { onWire } from '../wire.ts';

const tags = ['strategies'];
const params = closed({ id: Id });
/** A check runs code: it counts as much as a hundred reads. */
const checkWeight = 100;

/** A text alone is the one file that needs no name. */
const sourceOf = (given: Static<typeof GivenSource>): Source =>
  typeof given === 'string' ? { files: { 'strategy.ts': given }, entry: 'strategy.ts' } : given;

export const strategyRoutes: Routes = (app, gateway) => {
  const checks = new StrategyChecks(gateway.parts.jobRunner);

  app.get(
    '/strategies',
    {
      config: { permission: 'strategies:read' },
      schema: {
        tags,
        summary: 'Your strategies',
        querystring: listQuery({ status: Type.Optional(choice(['draft', 'active', 'paused', 'stopped'])) }),
        response: answers({ 200: pageOf(ListedStrategy) }),
      },
    },
    async (request) => {
      const { status, ...query } = request.query;
      return await listPage(gateway, request, query, {
        list: 'strategies',
        owner: principalOf(request).userId,
        status: status === undefined ? undefined : [status],
        show: ({ doc: { head: _head, declaredBy: _declaredBy, ...doc } }) => onWire(doc),
      });
    },
  );

  app.post(
    '/strategies',
    {
      config: { permission: 'strategies:write' },
      schema: {
        tags,
        summary: 'Write a strategy',
        body: closed({
          name: Name,
          description: Type.Optional(About),
          tags: Type.Optional(Tags),
          source: GivenSource,
          message: Type.Optional(About),
        }),
        response: answers({ 201: Strategy }),
      },
    },
    async (request, reply) => {
      const { userId: by } = principalOf(request);
      const { name, description = '', tags: labels = [], source, message = 'Create' } = request.body;
      const id = `${by}.${idFrom(commandIdOf(request))}`;
      const view = await change(gateway, request, strategyKind, id, {
        type: 'CreateStrategy',
        name,
        description,
        tags: labels,
        source: sourceOf(source),
        message,
        by,
      });
      reply.code(201).header('location', `/api/v1/strategies/${id}`);
      return withEntityTag(request, reply, onWire(view));
    },
  );

  app.post(
    '/strategies/check',
    {
      config: { permission: 'strategies:write', idempotent: false, weight: checkWeight },
      schema: {
        tags,
        summary: 'Try source out without saving it',
        body: closed({ source: GivenSource }),
        response: answers({ 200: Check }),
      },
    },
    async (request, reply) =>
      await checks.check(principalOf(request).userId, sourceOf(request.body.source), departureOf(reply)),
  );

  app.get(
    '/strategies/:id',
    {
      config: { permission: 'strategies:read', boundedByAsk: true },
      schema: { tags, summary: 'One strategy', params, response: answers({ 200: Strategy }) },
    },
    async (request, reply) => {
      const { id } = request.params;
      mustOwn(principalOf(request), id, 'strategy-unknown');
      const view = await ask(gateway, request, strategyKind, id, { type: 'GetStrategy' });
      return withEntityTag(request, reply, onWire(view));
    },
  );

  app.put(
    '/strategies/:id',
    {
      config: { permission: 'strategies:write' },
      schema: {
        tags,
        summary: 'Save a strategy',
        description: 'Source that differs from the newest makes a new version. Needs If-Match.',
        params,
        body: closed({
          name: Type.Optional(Name),
          description: Type.Optional(About),
          tags: Type.Optional(Tags),
          source: Type.Optional(GivenSource),
          message: Type.Optional(About),
        }),
        response: answers({ 200: Strategy }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      mustOwn(principal, id, 'strategy-unknown');
      const { source, ...rest } = request.body;
      const view = await change(gateway, request, strategyKind, id, {
        type: 'SaveStrategy',
        expectedVersion: expectedVersion(request),
        by: principal.userId,
        ...rest,
        ...(source === undefined ? {} : { source: sourceOf(source) }),
      });
      return withEntityTag(request, reply, onWire(view));
    },
  );

  app.delete(
    '/strategies/:id',
    {
      config: { permission: 'strategies:write' },
      schema: {
        tags,
        summary: 'Delete a strategy',
        description: 'With If-Match only that version; without it, as it is now.',
        params,
        response: answers({ 204: Nothing }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      mustOwn(principalOf(request), id, 'strategy-unknown');
      const version =
        request.headers['if-match'] === undefined
          ? (await ask(gateway, request, strategyKind, id, { type: 'GetStrategy' })).version
          : expectedVersion(request);
      await change(gateway, request, strategyKind, id, { type: 'DeleteStrategy', expectedVersion: version });
      return await reply.code(204).send();
    },
  );

  app.post(
    '/strategies/:id/test',
    {
      config: { permission: 'strategies:write', weight: checkWeight },
      schema: {
        tags,
        summary: 'Try the newest version out',
        description:
          'Compiles it and runs it over a short sample of generated prices; the outcome is kept with the strategy.',
        params,
        response: answers({ 200: Test }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { userId } = principalOf(request);
      mustOwn(principalOf(request), id, 'strategy-unknown');
      const { source, head } = await ask(gateway, request, strategyKind, id, { type: 'GetStrategy' });
      const outcome = await checks.check(userId, source, departureOf(reply));
      const { declared, ...kept } = outcome;
      const { version } = head;
      const at = gateway.parts.clock.now();
      await change(gateway, request, strategyKind, id, {
        type: 'RecordTest',
        outcome: { version, at, ...kept },
        declared,
      });
      return { ...outcome, version };
    },
  );
};
