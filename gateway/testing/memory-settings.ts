/** Two settings of a cluster, in memory: one of a few words, and the one that the gateway itself reads. */

import type { ClusterSetting, ClusterSettingChange, ClusterSettingOutcome, ClusterSettings } from '#ports';

const words: Readonly<Record<string, readonly string[]>> = {
  registration: ['open', 'closed'],
  colour: ['red', 'green'],
};

export class MemorySettings implements ClusterSettings {
  readonly store = 'memory';
  readonly #changes = new Map<string, ClusterSettingChange[]>();
  #revision = 0;

  text(name: string): string | null {
    return this.#changes.get(name)?.at(-1)?.value ?? null;
  }

  all(): readonly ClusterSetting[] {
    return Object.keys(words).map((name) => this.#view(name));
  }

  refusalOf(setting: string, text: string): ReturnType<ClusterSettings['refusalOf']> {
    const options = words[setting] ?? [];
    return options.includes(text)
      ? null
      : { setting, needed: `one of ${options.join(', ')}`, example: options[0] ?? '' };
  }

  set(name: string, value: string | null, by: { readonly author: string; readonly seen?: number | null }) {
    const changes = this.#changes.get(name) ?? [];
    const revision = changes.at(-1)?.revision ?? null;
    if (by.seen !== undefined && by.seen !== revision) return this.#outcome('overtaken', name);
    this.#changes.set(name, [...changes, { revision: ++this.#revision, value, author: by.author, at: 0 }]);
    return this.#outcome('changed', name);
  }

  unset(name: string, by: { readonly author: string; readonly seen?: number | null }) {
    return this.set(name, null, by);
  }

  history(name: string): Promise<readonly ClusterSettingChange[] | null> {
    return Promise.resolve(Object.hasOwn(words, name) ? (this.#changes.get(name) ?? []) : null);
  }

  #outcome(type: 'changed' | 'overtaken', name: string): Promise<ClusterSettingOutcome> {
    return Promise.resolve({ type, setting: this.#view(name) });
  }

  #view(name: string): ClusterSetting {
    const { revision = null, author = null, at = null } = this.#changes.get(name)?.at(-1) ?? {};
    const value = this.text(name);
    return { name, help: '', value, byDefault: null, isSet: value !== null, revision, author, at, problem: null };
  }
}
