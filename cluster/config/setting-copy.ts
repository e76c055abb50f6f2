/** What a node knows of the settings: the newest change of each, and who wants to hear of others. */

import type { ConfigReport, SettingChange, SettingOutcome, SettingRefusal, SettingView } from './cluster-config.ts';
import { clusterSettingNames, clusterSettings, isClusterSetting } from './settings.ts';
import type { ClusterSettingName, ClusterSettingValue } from './settings.ts';

/** What is stored, but for its revision. */
export type StoredSetting = Omit<SettingChange, 'revision'>;

interface Known {
  readonly change: SettingChange;
  /** Why its value does not count; null where it does, or it is unset. */
  readonly problem: string | null;
}

export class SettingCopy {
  readonly #known = new Map<ClusterSettingName, Known>();
  readonly #listeners = new Set<(name: ClusterSettingName) => void>();
  readonly #reported = new Set<string>();
  readonly #report: (event: ConfigReport) => void;

  constructor(report: (event: ConfigReport) => void) {
    this.#report = report;
  }

  get<N extends ClusterSettingName>(name: N): ClusterSettingValue<N> {
    const { read, unset } = clusterSettings[name];
    const text = this.text(name);
    return text === null ? unset : (read(text) ?? unset);
  }

  text(name: string): string | null {
    const known = isClusterSetting(name) ? this.#known.get(name) : undefined;
    return known === undefined || known.problem !== null ? null : known.change.value;
  }

  revisionOf(name: ClusterSettingName): number | null {
    const revision = this.#known.get(name)?.change.revision ?? notThere;
    return revision === notThere ? null : revision;
  }

  view(name: ClusterSettingName): SettingView {
    const { help, byDefault } = clusterSettings[name];
    const known = this.#known.get(name);
    const text = this.text(name);
    const { author = null, at = null } = known?.change ?? {};
    const revision = this.revisionOf(name);
    const problem = known?.problem ?? null;
    return { name, help, value: text ?? byDefault, byDefault, isSet: text !== null, revision, author, at, problem };
  }

  all(): readonly SettingView[] {
    return clusterSettingNames.map((name) => this.view(name));
  }

  /** What is set, to be stored again. */
  values(): readonly (readonly [ClusterSettingName, StoredSetting])[] {
    return [...this.#known].flatMap(
      ([
        name,
        {
          change: { value, author, at },
        },
      ]) => (value === null ? [] : [[name, { value, author, at }] as const]),
    );
  }

  /** Revisions of another store, or none, say nothing about what comes. */
  beginAnew(): void {
    for (const [name, { change, problem }] of this.#known) {
      this.#known.set(name, { change: { ...change, revision: notThere }, problem });
    }
  }

  /** It is not in the store. */
  forget(name: ClusterSettingName): void {
    const before = this.text(name);
    this.#known.delete(name);
    if (before !== null) this.#tell(name);
  }

  /** Takes what is stored under a name, unless it is older than what is known. */
  take(name: string, revision: number, text: string): void {
    if (!isClusterSetting(name)) {
      this.#reportOnce({ type: 'setting-not-known', name }, revision);
      return;
    }
    if (revision <= (this.revisionOf(name) ?? notThere)) return;
    const before = this.text(name);
    const known = read(name, revision, text);
    this.#known.set(name, known);
    if (known.problem !== null) {
      this.#reportOnce({ type: 'setting-unreadable', name, reason: known.problem }, revision);
    }
    if (this.text(name) !== before) this.#tell(name);
  }

  watch(listener: (name: ClusterSettingName) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(name: ClusterSettingName): void {
    for (const listener of this.#listeners) listener(name);
  }

  /** The same entry is read with each connection. */
  #reportOnce(event: Extract<ConfigReport, { readonly name: string }>, revision: number): void {
    const key = `${event.name} ${revision}`;
    if (this.#reported.has(key)) return;
    if (this.#reported.size >= reportedMax) this.#reported.clear();
    this.#reported.add(key);
    this.#report(event);
  }
}

const reportedMax = 1_000;
/** The revision of what is known, and not in the store. */
const notThere = 0;

const read = (name: ClusterSettingName, revision: number, text: string): Known => {
  const stored = storedFrom(text);
  if (stored === null) {
    return { change: { revision, value: null, author: '', at: 0 }, problem: 'What is stored is no setting.' };
  }
  const refusal = stored.value === null ? null : refusalOf(name, stored.value);
  const problem = refusal === null ? null : refusalText(refusal, stored.value ?? '');
  return { change: { revision, ...stored }, problem };
};

/** null where the text is not what {@link storedText} makes. */
export const storedFrom = (text: string): StoredSetting | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { value, author, at } = parsed as Partial<Record<keyof StoredSetting, unknown>>; // looked at below
  if (typeof author !== 'string' || typeof at !== 'number') return null;
  return typeof value === 'string' || value === null ? { value, author, at } : null;
};

export const storedText = ({ value, author, at }: StoredSetting): string => JSON.stringify({ value, author, at });

export const refusalOf = (name: ClusterSettingName, text: string): SettingRefusal | null => {
  const { read: readValue, needed, example } = clusterSettings[name];
  return readValue(text) === undefined ? { setting: name, needed, example } : null;
};

const refusalText = ({ setting, needed }: SettingRefusal, text: string): string =>
  `${setting}=${text.slice(0, 80)} is not ${needed}.`;

/** What every store does before it stores a value. */
export const setIn = <T>(
  name: string,
  text: string,
  put: (name: ClusterSettingName) => T,
): T | Extract<SettingOutcome, { readonly type: 'unknown' | 'invalid' }> => {
  if (!isClusterSetting(name)) return { type: 'unknown' };
  const refusal = refusalOf(name, text);
  return refusal === null ? put(name) : { type: 'invalid', refusal };
};
