/**
 * The settings in a bucket of NATS. Each node follows it and keeps a copy, which counts while the server is away. What
 * a server has lost is written back by whoever notices first: each value under the condition that there is none.
 */

import { Outage, pause } from '#kernel';
import type { Clock, Service } from '#kernel';
import type { Bucket, BucketSettings } from '../nats-buckets.ts';
import type { StoringNats } from '../nats.ts';
import { changesKept } from './cluster-config.ts';
import type { ClusterConfig, ConfigReport, SettingAuthor, SettingOutcome } from './cluster-config.ts';
import { refusalOf, setIn, SettingCopy, storedFrom, storedText } from './setting-copy.ts';
import { clusterSettingNames, isClusterSetting } from './settings.ts';
import type { ClusterSettingName } from './settings.ts';

export interface ClusterConfigOptions {
  readonly clock: Clock;
  readonly report: (event: ConfigReport) => void;
  /** Servers that keep it: 1, 3 or 5. */
  readonly replicas?: number;
}

/** A server that has lost its store does not say so: it is looked for the bucket this often. */
const lookEveryMs = 5_000;
const retryMs = 1_000;

/** The copy is filled when the service has started; before that, defaults count. */
export const openClusterConfig = (
  nats: Pick<StoringNats, 'buckets' | 'onChange'>,
  options: ClusterConfigOptions,
): ClusterConfig => new NatsConfig(nats, options);

class NatsConfig implements ClusterConfig {
  readonly store = 'nats';
  readonly service: Service;
  readonly #nats: Pick<StoringNats, 'buckets' | 'onChange'>;
  readonly #options: ClusterConfigOptions;
  readonly #copy: SettingCopy;
  readonly #settings: BucketSettings;
  #bucket: Bucket | null = null;
  /** The server has come or gone, or does not answer as it should. */
  #wake: () => void = () => {};
  #waits = false;

  constructor(nats: Pick<StoringNats, 'buckets' | 'onChange'>, options: ClusterConfigOptions) {
    this.#nats = nats;
    this.#options = options;
    this.#copy = new SettingCopy(options.report);
    this.#settings = {
      name: 'xt_config',
      description: 'Settings of the cluster (xtrading cluster config)',
      history: changesKept,
      valueBytesMax: 4_096,
      replicas: options.replicas ?? 1,
    };
    this.service = { name: 'cluster-config', run: (context) => this.#run(context) };
    nats.onChange(() => this.#wake());
  }

  get: ClusterConfig['get'] = (name) => this.#copy.get(name);
  text: ClusterConfig['text'] = (name) => this.#copy.text(name);
  all: ClusterConfig['all'] = () => this.#copy.all();
  watch: ClusterConfig['watch'] = (listener) => this.#copy.watch(listener);

  refusalOf: ClusterConfig['refusalOf'] = (name, text) => (isClusterSetting(name) ? refusalOf(name, text) : null);

  async set(name: string, text: string, by: SettingAuthor): Promise<SettingOutcome> {
    return await setIn(name, text, (known) => this.#put(known, text, by));
  }

  async unset(name: string, by: SettingAuthor): Promise<SettingOutcome> {
    return isClusterSetting(name) ? await this.#put(name, null, by) : { type: 'unknown' };
  }

  async history(name: string): ReturnType<ClusterConfig['history']> {
    if (!isClusterSetting(name)) return null;
    const entries = await this.#opened().history(name);
    return entries.flatMap(({ revision, text }) => {
      const stored = storedFrom(text);
      return stored === null ? [] : [{ revision, ...stored }];
    });
  }

  #opened(): Bucket {
    if (this.#bucket === null) throw new Outage('storage-away', 'NATS has not been reached yet: nothing was done.');
    return this.#bucket;
  }

  /** What is unset is stored too, with who did it: so that nobody takes it for lost. */
  async #put(name: ClusterSettingName, value: string | null, { author, seen }: SettingAuthor): Promise<SettingOutcome> {
    const bucket = this.#opened();
    const text = storedText({ value, author, at: this.#options.clock.now() });
    let revision: number | null;
    try {
      revision = await bucket.put(name, text, seen === undefined ? this.#copy.revisionOf(name) : seen);
    } catch (error) {
      this.#wake();
      throw error;
    }
    if (revision !== null) this.#copy.take(name, revision, text);
    else await this.#read(bucket, name);
    return { type: revision === null ? 'overtaken' : 'changed', setting: this.#copy.view(name) };
  }

  async #read(bucket: Bucket, name: ClusterSettingName): Promise<void> {
    const entry = await bucket.get(name);
    if (entry === null) this.#copy.forget(name);
    else this.#copy.take(name, entry.revision, entry.text);
  }

  async #run({ signal, started }: Parameters<Service['run']>[0]): Promise<void> {
    while (!signal.aborted) {
      try {
        const bucket = await this.#open();
        started();
        await this.#follow(bucket, signal);
      } catch (error) {
        if (!(error instanceof Outage)) throw error;
        if (!this.#waits) this.#options.report({ type: 'config-waits', reason: error.message });
        this.#waits = true;
        // A node starts without what it can't know: defaults count.
        started();
        await this.#rest(retryMs, signal);
      }
    }
  }

  /** The bucket, with this node's copy as it is. */
  async #open(): Promise<Bucket> {
    const bucket = await this.#nats.buckets.open(this.#settings);
    if (bucket.identity !== this.#bucket?.identity) {
      const isLost = this.#bucket !== null;
      this.#copy.beginAnew();
      if (isLost) await this.#writeBack(bucket);
    }
    for (const name of clusterSettingNames) await this.#read(bucket, name);
    this.#bucket = bucket;
    if (this.#waits) this.#options.report({ type: 'config-goes-on' });
    this.#waits = false;
    return bucket;
  }

  async #writeBack(bucket: Bucket): Promise<void> {
    const names: string[] = [];
    for (const [name, stored] of this.#copy.values()) {
      if ((await bucket.put(name, storedText(stored), null)) !== null) names.push(name);
    }
    if (names.length > 0) this.#options.report({ type: 'settings-written-back', names });
  }

  /** Until the bucket is another one, or the server has come or gone. */
  async #follow(bucket: Bucket, signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const until = AbortSignal.any([signal, ending.signal]);
    const following = bucket
      .follow(({ key, revision, text }) => this.#copy.take(key, revision, text), until)
      .finally(() => ending.abort());
    try {
      while (!until.aborted) {
        const isWoken = await this.#rest(lookEveryMs, until);
        if (isWoken || until.aborted) return;
        const { identity } = await this.#nats.buckets.open(this.#settings);
        if (identity !== bucket.identity) return;
      }
    } finally {
      ending.abort();
      await following;
    }
  }

  /** True when it was woken. */
  async #rest(ms: number, signal: AbortSignal): Promise<boolean> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await pause(this.#options.clock, ms, AbortSignal.any([signal, woken.signal]));
    this.#wake = () => {};
    return woken.signal.aborted;
  }
}
