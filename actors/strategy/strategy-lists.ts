/** The lists of strategies (without their source) and of their versions. */

import { shardKeyOf } from '#kernel';
import type { ListEntry, ListProjection } from '#ports';
import type { StrategyEvent, VersionSaved } from './strategy-state.ts';
import { versionOf } from './strategy-state.ts';
import { strategyKind } from './strategy.ts';

export const strategiesList: ListProjection<StrategyEvent> = {
  list: 'strategies',
  version: 1,
  kind: strategyKind.name,
  changes: (event, { id }) => {
    const patched = (doc: Readonly<Record<string, unknown>>) =>
      [
        { type: 'patch', id, patch: (entry: ListEntry): ListEntry => ({ ...entry, doc: { ...entry.doc, ...doc } }) },
      ] as const;
    switch (event.type) {
      case 'StrategyCreated': {
        const { name, description, tags, at } = event;
        const doc = {
          id,
          name,
          description,
          tags,
          status: 'draft',
          headVersion: event.version,
          head: versionOf(event),
          params: null,
          declaredBy: 0,
          createdAt: at,
          updatedAt: at,
        };
        return [
          {
            type: 'put',
            entry: { id, owner: shardKeyOf(id), at, symbol: null, status: 'draft', parent: null, doc },
          },
        ];
      }
      case 'VersionSaved':
        return patched({ headVersion: event.version, head: versionOf(event), updatedAt: event.at });
      case 'DetailsChanged': {
        const { type: _, at, ...details } = event;
        return patched({ ...details, updatedAt: at });
      }
      case 'TestRecorded': {
        const { declared, outcome } = event;
        if (declared === null) return [];
        return [
          {
            type: 'patch',
            id,
            // An older version may be tested after a newer one; the newest that compiles counts.
            patch: (entry) =>
              Number(entry.doc['declaredBy']) > outcome.version
                ? entry
                : { ...entry, doc: { ...entry.doc, params: declared.params, declaredBy: outcome.version } },
          },
        ];
      }
      case 'DeploymentNoted':
        return [
          {
            type: 'patch',
            id,
            patch: (entry) => ({ ...entry, status: event.status, doc: { ...entry.doc, status: event.status } }),
          },
        ];
      case 'StrategyDeleted':
        return [{ type: 'remove', id }];
      case 'VersionsKept':
        return [];
    }
  },
};

const versionEntryId = (strategyId: string, version: number): string => `${strategyId}-${version}`;

const versionEntry = (strategyId: string, saved: Omit<VersionSaved, 'type'>): ListEntry => ({
  id: versionEntryId(strategyId, saved.version),
  owner: shardKeyOf(strategyId),
  at: saved.at,
  symbol: null,
  status: null,
  parent: strategyId,
  doc: { ...versionOf(saved) },
});

export const strategyVersionsList: ListProjection<StrategyEvent> = {
  list: 'strategy-versions',
  version: 1,
  kind: strategyKind.name,
  changes: (event, { id }) => {
    switch (event.type) {
      case 'StrategyCreated':
      case 'VersionSaved':
        return [{ type: 'put', entry: versionEntry(id, event) }];
      case 'StrategyDeleted':
        return Array.from({ length: event.versions }, (_, place) => ({
          type: 'remove',
          id: versionEntryId(id, place + 1),
        }));
      default:
        return [];
    }
  },
};
