/** Stores in memory for tests of routes: lists that follow the journal at once, keys, Git objects. */

import { MemoryJournal } from '#kernel/testing';
import type {
  GitObject,
  GitObjects,
  HeldActor,
  KeyStore,
  ListCare,
  ListChange,
  ListEntry,
  ListName,
  ListPage,
  ListProjection,
  ListQuery,
  ListStatus,
  Lists,
  SigningKey,
} from '#ports';
import { listProjections } from '#actors';

type Appended = Parameters<MemoryJournal['append']>[0];

/** A journal whose commits are in the lists before anybody is answered. */
export class ListedJournal extends MemoryJournal {
  readonly lists = new MemoryLists(listProjections);

  override async append(append: Appended): ReturnType<MemoryJournal['append']> {
    const outcome = await super.append(append);
    if (outcome.type === 'committed') this.lists.follow(append);
    return outcome;
  }
}

class MemoryLists implements Lists, ListCare {
  /** Of which a test says that lists can't show them. */
  readonly heldActors: (HeldActor & { readonly list: ListName })[] = [];
  /** As it was asked for. */
  readonly rebuilt: ListName[] = [];
  readonly #projections: readonly ListProjection[];
  readonly #lists = new Map<ListName, Map<string, ListEntry>>();

  constructor(projections: readonly ListProjection[]) {
    this.#projections = projections;
  }

  follow({ address, firstSeq, events, at }: Pick<Appended, 'address' | 'firstSeq' | 'events' | 'at'>): void {
    for (const [place, stored] of events.entries()) {
      // The kernel's own record of a command that had no events.
      if (stored.type === 'CommandAnswered') continue;
      // An event of the kind that the projection is for, as its actor wrote it.
      const event = { type: stored.type, ...(JSON.parse(stored.payload) as object) };
      for (const projection of this.#projections) {
        if (projection.kind !== address.kind) continue;
        const changes = projection.changes(event, { id: address.id, seq: firstSeq + place, at });
        for (const change of changes) this.#apply(projection.list, change);
      }
    }
  }

  page({
    list,
    owner,
    parent,
    symbol,
    status,
    where = {},
    from,
    to,
    ascending,
    limit,
    after,
  }: ListQuery): Promise<ListPage> {
    const direction = ascending === true ? 1 : -1;
    const order = (one: Place, other: Place): number =>
      direction * (one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
    const entries = [...this.#of(list).values()]
      .filter((entry) => owner === null || entry.owner === owner)
      .filter((entry) => parent === undefined || entry.parent === parent)
      .filter((entry) => symbol === undefined || entry.symbol === symbol)
      .filter((entry) => status === undefined || (entry.status !== null && status.includes(entry.status)))
      .filter((entry) => Object.entries(where).every(([field, text]) => entry.doc[field] === text))
      .filter((entry) => (from === undefined || entry.at >= from) && (to === undefined || entry.at < to))
      .filter((entry) => after === undefined || order(entry, after) > 0)
      .sort(order);
    return Promise.resolve({ entries: entries.slice(0, limit), hasMore: entries.length > limit });
  }

  get(list: ListName, id: string): Promise<ListEntry | null> {
    return Promise.resolve(this.#of(list).get(id) ?? null);
  }

  count(list: ListName, owner: string): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const entry of this.#of(list).values()) {
      if (entry.owner === owner) counts[entry.status ?? ''] = (counts[entry.status ?? ''] ?? 0) + 1;
    }
    return Promise.resolve(counts);
  }

  status(): readonly ListStatus[] {
    const names = new Set(this.#projections.map(({ list }) => list));
    return [...names].map((list) => {
      const actorsHeld = this.heldActors.filter((one) => one.list === list).length;
      return { list, served: { version: 'memory', eventsBehind: 0, secondsBehind: 0, actorsHeld }, building: null };
    });
  }

  held(list: ListName, limit: number): Promise<readonly HeldActor[]> {
    const ofList = this.heldActors.filter((one) => one.list === list).slice(0, limit);
    return Promise.resolve(ofList.map(({ list: _, ...actor }) => actor));
  }

  rebuild(list: ListName): void {
    this.rebuilt.push(list);
  }

  #of(list: ListName): Map<string, ListEntry> {
    const entries = this.#lists.get(list) ?? new Map<string, ListEntry>();
    this.#lists.set(list, entries);
    return entries;
  }

  #apply(list: ListName, change: ListChange): void {
    const entries = this.#of(list);
    if (change.type === 'put') entries.set(change.entry.id, change.entry);
    else if (change.type === 'remove') entries.delete(change.id);
    else {
      const entry = entries.get(change.id);
      if (entry !== undefined) entries.set(change.id, change.patch(entry));
    }
  }
}

type Place = Pick<ListEntry, 'at' | 'id'>;

export class MemoryKeys implements KeyStore {
  #keys: readonly SigningKey[] = [];
  readonly #secrets = new Map<string, Uint8Array>();

  signingKeys(): Promise<readonly SigningKey[]> {
    return Promise.resolve(this.#keys);
  }

  rotate(
    { currentKid }: { readonly currentKid: string | null },
    next: readonly SigningKey[],
  ): Promise<readonly SigningKey[]> {
    const current = this.#keys.find(({ role }) => role === 'current') ?? null;
    if ((current?.kid ?? null) === currentKid) {
      const moved = this.#keys.flatMap((key): readonly SigningKey[] => {
        if (key.role === 'next') return [{ ...key, role: 'current' }];
        return key.role === 'current' ? [{ ...key, role: 'previous' }] : [];
      });
      this.#keys = [...moved, ...next];
    }
    return Promise.resolve(this.#keys);
  }

  secret(name: string): Promise<Uint8Array> {
    const secret = this.#secrets.get(name) ?? crypto.getRandomValues(new Uint8Array(32));
    this.#secrets.set(name, secret);
    return Promise.resolve(secret);
  }
}

export class MemoryGitObjects implements GitObjects {
  readonly #objects = new Map<string, GitObject>();

  put(objects: readonly GitObject[]): Promise<void> {
    for (const object of objects) this.#objects.set(object.id, object);
    return Promise.resolve();
  }

  get(id: string): Promise<GitObject | null> {
    return Promise.resolve(this.#objects.get(id) ?? null);
  }
}
