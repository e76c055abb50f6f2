/** The settings of a node that has no NATS: the same for whoever uses them, and gone with the process. */

import { untilAborted } from '#kernel';
import type { Clock } from '#kernel';
import { changesKept } from './cluster-config.ts';
import type { ClusterConfig, SettingAuthor, SettingChange, SettingOutcome } from './cluster-config.ts';
import { refusalOf, setIn, SettingCopy, storedText } from './setting-copy.ts';
import { isClusterSetting } from './settings.ts';
import type { ClusterSettingName } from './settings.ts';

export const memoryClusterConfig = (clock: Clock): ClusterConfig => {
  const copy = new SettingCopy(() => {});
  const changes = new Map<ClusterSettingName, readonly SettingChange[]>();
  let revision = 0;
  const put = (name: ClusterSettingName, value: string | null, { author, seen }: SettingAuthor): SettingOutcome => {
    if (seen !== undefined && seen !== copy.revisionOf(name)) return { type: 'overtaken', setting: copy.view(name) };
    revision++;
    const stored = { value, author, at: clock.now() };
    changes.set(name, [...(changes.get(name) ?? []), { revision, ...stored }].slice(-changesKept));
    copy.take(name, revision, storedText(stored));
    return { type: 'changed', setting: copy.view(name) };
  };
  return {
    store: 'memory',
    get: (name) => copy.get(name),
    text: (name) => copy.text(name),
    all: () => copy.all(),
    refusalOf: (name, text) => (isClusterSetting(name) ? refusalOf(name, text) : null),
    set: (name, text, by) => Promise.resolve(setIn(name, text, (known) => put(known, text, by))),
    unset: (name, by) => Promise.resolve(isClusterSetting(name) ? put(name, null, by) : ({ type: 'unknown' } as const)),
    history: (name) => Promise.resolve(isClusterSetting(name) ? (changes.get(name) ?? []) : null),
    watch: (listener) => copy.watch(listener),
    service: {
      name: 'cluster-config',
      run: async ({ signal, started }) => {
        started();
        await untilAborted(signal);
      },
    },
  };
};
