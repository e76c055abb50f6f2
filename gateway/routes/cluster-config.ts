/** Settings of the whole cluster: what counts, and how administrators change it. */

import { Type } from 'typebox';
import { operationsKind } from '#actors';
import type { ClusterSetting, ClusterSettingOutcome, ClusterSettings } from '#ports';
import { ProblemError } from '../errors.ts';
import { change, principalOf } from '../gateway.ts';
import type { GatewayParts, Routes } from '../gateway.ts';
import { answers, choice, closed, Instant, nullable } from '../schemas/basics.ts';
import { onWire } from '../wire.ts';

const tags = ['system'];
const reading = { permission: 'system:read' } as const;
const changing = { permission: 'system:manage' } as const;

const Setting = Type.Object(
  {
    name: Type.String(),
    help: Type.String(),
    value: nullable(Type.String({ description: 'What counts; null: as each node’s environment says.' })),
    byDefault: nullable(Type.String()),
    isSet: Type.Boolean(),
    revision: nullable(Type.Integer({ description: 'Of the newest change; null: there was none.' })),
    author: nullable(Type.String({ description: 'The user who has made it.' })),
    at: nullable(Instant),
    problem: nullable(Type.String({ description: 'Why what is stored does not count.' })),
  },
  { title: 'ClusterSetting' },
);

const Change = Type.Object({
  revision: Type.Integer(),
  value: nullable(Type.String({ description: 'null: it was unset.' })),
  author: Type.String(),
  at: Instant,
});

const valueLengthMax = 200;
const named = closed({ name: Type.String({ pattern: '^[A-Za-z.]{1,60}$' }) });
/** One that has never been changed has none. */
const Seen = Type.Optional(
  Type.Integer({
    minimum: 0,
    description:
      'The revision that you have seen, 0 for none: refused where there is another. Absent: whatever is there.',
  }),
);

export const clusterConfigRoutes: Routes = (app, gateway) => {
  const { parts } = gateway;

  app.get(
    '/system/config',
    {
      config: reading,
      schema: {
        tags,
        summary: 'The settings of the whole cluster',
        response: answers({
          200: Type.Object({
            store: choice(['nats', 'memory'], {
              description: 'memory: without NATS. What is set counts until the program ends.',
            }),
            data: Type.Array(Setting),
          }),
        }),
      },
    },
    () => {
      const settings = settingsOf(parts);
      return { store: settings.store, data: settings.all().map(onWire) };
    },
  );

  app.get(
    '/system/config/:name/history',
    {
      config: reading,
      schema: {
        tags,
        summary: 'The last 64 changes of a setting, the newest last',
        params: named,
        response: answers({ 200: Type.Object({ data: Type.Array(Change) }) }),
      },
    },
    async ({ params: { name } }) => {
      const changes = await settingsOf(parts).history(name);
      if (changes === null) throw new ProblemError('cluster-setting-unknown');
      return { data: changes.map(onWire) };
    },
  );

  app.put(
    '/system/config/:name',
    {
      config: changing,
      schema: {
        tags,
        summary: 'Set a setting, on all nodes at once',
        params: named,
        body: closed({ value: Type.String({ maxLength: valueLengthMax }), revision: Seen }),
        response: answers({ 200: Setting }),
      },
    },
    async (request) => {
      const { name } = request.params;
      const { value, revision } = request.body;
      const settings = settingsOf(parts);
      const { text: before } = found(settings, name);
      const refusal = settings.refusalOf(name, value);
      if (refusal !== null) throw refusedValue(value, refusal);
      const { userId } = principalOf(request);
      // First: what could not be recorded is not done.
      const operation = { action: 'set-setting', setting: name, value, before } as const;
      await change(gateway, request, operationsKind, userId, { type: 'RecordOperation', operation });
      return changed(value, await settings.set(name, value, byOf(userId, revision)));
    },
  );

  app.delete(
    '/system/config/:name',
    {
      config: changing,
      schema: {
        tags,
        summary: 'Let a setting have its default again',
        params: named,
        querystring: closed({ revision: Seen }),
        response: answers({ 200: Setting }),
      },
    },
    async (request) => {
      const { name } = request.params;
      const settings = settingsOf(parts);
      const { text: before } = found(settings, name);
      const { userId } = principalOf(request);
      const operation = { action: 'unset-setting', setting: name, value: null, before } as const;
      await change(gateway, request, operationsKind, userId, { type: 'RecordOperation', operation });
      return changed('', await settings.unset(name, byOf(userId, request.query.revision)));
    },
  );
};

const settingsOf = ({ config }: GatewayParts): ClusterSettings => {
  if (config === undefined) throw new ProblemError('not-found');
  return config;
};

const found = (settings: ClusterSettings, name: string): { readonly text: string | null } => {
  if (!settings.all().some((setting) => setting.name === name)) throw new ProblemError('cluster-setting-unknown');
  return { text: settings.text(name) };
};

const byOf = (author: string, revision: number | undefined) => ({
  author,
  ...(revision === undefined ? {} : { seen: revision === 0 ? null : revision }),
});

const changed = (value: string, outcome: ClusterSettingOutcome) => {
  switch (outcome.type) {
    case 'changed':
      return onWire(outcome.setting);
    case 'unknown':
      throw new ProblemError('cluster-setting-unknown');
    case 'invalid':
      throw refusedValue(value, outcome.refusal);
    case 'overtaken':
      throw overtaken(outcome.setting);
  }
};

const refusedValue = (
  value: string,
  { setting, needed, example }: { readonly setting: string; readonly needed: string; readonly example: string },
): ProblemError => {
  const message = `${setting}=${value.slice(0, 80)} is not ${needed}.`;
  return new ProblemError('cluster-setting-refused', message, {
    errors: [{ pointer: '/value', message, remedy: `Set for example ${setting}=${example}.` }],
  });
};

const overtaken = ({ name, value, revision, author }: ClusterSetting): ProblemError =>
  new ProblemError(
    'cluster-setting-overtaken',
    `${name} is ${value ?? 'not set'} by now (revision ${revision}, by ${author}).`,
    {
      remedy: 'Look at it again, and set it if you still want to.',
    },
  );
