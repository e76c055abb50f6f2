/**
 * Who waits, who works, and who is next. A user's work is a list of its own, in order, so that a change
 * copies that list and not the work of everybody.
 */

import type { ActorAddress } from '#kernel';
import type { WaitingWork } from './dispatcher-messages.ts';

interface Entry {
  readonly work: WaitingWork;
  /** How often it was announced: tells whether something new came up since a slot took it. */
  readonly announced: number;
}

interface Running {
  readonly entry: Entry;
  /** When its slot was heard of last, milliseconds UTC. */
  readonly keptAt: number;
}

export interface DispatchQueue {
  /** By user; first is next. No empty lists. */
  readonly waiting: ReadonlyMap<string, readonly Entry[]>;
  readonly waitingCount: number;
  /** By slot. */
  readonly running: ReadonlyMap<string, Running>;
  /** Slots that were told there is nothing, longest idle first. */
  readonly idle: readonly string[];
  /** When each user who waits or runs was served last, in turns. */
  readonly servedAt: ReadonlyMap<string, number>;
  readonly turns: number;
}

export type DispatcherEvent =
  | { readonly type: 'WorkAnnounced'; readonly work: WaitingWork }
  | { readonly type: 'WorkWithdrawn'; readonly address: ActorAddress; readonly userId: string }
  | { readonly type: 'WorkTaken'; readonly slot: string; readonly work: WaitingWork; readonly at: number }
  | { readonly type: 'WorkGivenBack'; readonly slot: string; readonly again: boolean }
  | { readonly type: 'WorkKept'; readonly slot: string; readonly at: number }
  | { readonly type: 'SlotWaits'; readonly slot: string }
  | { readonly type: 'SlotWoken'; readonly slot: string }
  | { readonly type: 'SlotGone'; readonly slot: string };

export const emptyQueue: DispatchQueue = {
  waiting: new Map(),
  waitingCount: 0,
  running: new Map(),
  idle: [],
  servedAt: new Map(),
  turns: 0,
};

export const evolveQueue = (queue: DispatchQueue, event: DispatcherEvent): DispatchQueue => {
  switch (event.type) {
    case 'WorkAnnounced': {
      const known = entryOf(queue, event.work.address, event.work.userId);
      return put(queue, { work: event.work, announced: (known?.announced ?? 0) + 1 });
    }
    case 'WorkWithdrawn':
      return remove(queue, event.address, event.userId);
    case 'WorkTaken':
      return taken(queue, event);
    case 'WorkGivenBack':
      return givenBack(queue, event);
    case 'WorkKept': {
      const running = queue.running.get(event.slot);
      if (running === undefined) return queue;
      return { ...queue, running: new Map(queue.running).set(event.slot, { ...running, keptAt: event.at }) };
    }
    case 'SlotWaits':
      return { ...queue, idle: [...queue.idle.filter((slot) => slot !== event.slot), event.slot] };
    case 'SlotWoken':
    case 'SlotGone':
      return { ...queue, idle: queue.idle.filter((slot) => slot !== event.slot) };
  }
};

/**
 * The work that a free slot gets. Users first: whoever has the fewest runs under way, among those who
 * was served longest ago. Then the user's own order: priority, then age. null when nothing may run.
 */
export const nextWork = (queue: DispatchQueue, runningPerUserMax: number): WaitingWork | null => {
  const runningOf = new Map<string, number>();
  const slotsOf = new Map<string, number>();
  for (const { entry } of queue.running.values()) {
    const { userId, address } = entry.work;
    runningOf.set(userId, (runningOf.get(userId) ?? 0) + 1);
    slotsOf.set(keyOf(address), (slotsOf.get(keyOf(address)) ?? 0) + 1);
  }
  let best: { readonly work: WaitingWork; readonly running: number; readonly servedAt: number } | null = null;
  for (const [userId, entries] of queue.waiting) {
    const running = runningOf.get(userId) ?? 0;
    if (running >= runningPerUserMax) continue;
    const servedAt = queue.servedAt.get(userId) ?? -1;
    if (best !== null && (running > best.running || (running === best.running && servedAt >= best.servedAt))) continue;
    const entry = entries.find(({ work }) => (slotsOf.get(keyOf(work.address)) ?? 0) < work.slotsMax);
    if (entry !== undefined) best = { work: entry.work, running, servedAt };
  }
  return best?.work ?? null;
};

/** Slots that would have work if there were as many: those at work, and for all that waits as many as may be at it. */
export const wantedSlots = (queue: DispatchQueue): number => {
  let wanted = 0;
  const batches = new Set<string>();
  for (const entries of queue.waiting.values()) {
    for (const { work } of entries) {
      wanted += work.slotsMax;
      if (work.slotsMax > 1) batches.add(keyOf(work.address));
    }
  }
  // Slots at work on a batch that still waits for more are among those already.
  for (const { entry } of queue.running.values()) if (!batches.has(keyOf(entry.work.address))) wanted++;
  return wanted;
};

export const entryOf = (queue: DispatchQueue, address: ActorAddress, userId: string): Entry | undefined =>
  queue.waiting.get(userId)?.find(({ work }) => isSame(work.address, address));

export const isSame = (a: ActorAddress, b: ActorAddress): boolean => a.kind === b.kind && a.id === b.id;

const keyOf = ({ kind, id }: ActorAddress): string => `${kind}/${id}`;

/** In its place among the user's work, instead of any that is there of it. */
const put = (queue: DispatchQueue, entry: Entry): DispatchQueue => {
  const { address, userId } = entry.work;
  const rest = remove(queue, address, userId);
  const entries = rest.waiting.get(userId) ?? [];
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore((entries[middle] as Entry).work, entry.work)) low = middle + 1; // middle < length
    else high = middle;
  }
  return {
    ...rest,
    waiting: new Map(rest.waiting).set(userId, entries.toSpliced(low, 0, entry)),
    waitingCount: rest.waitingCount + 1,
    servedAt: queue.servedAt, // whoever waits keeps their turn
  };
};

const isBefore = (a: WaitingWork, b: WaitingWork): boolean => {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.since === b.since ? a.address.id < b.address.id : a.since < b.since;
};

const remove = (queue: DispatchQueue, address: ActorAddress, userId: string): DispatchQueue => {
  const entries = queue.waiting.get(userId) ?? [];
  const place = entries.findIndex(({ work }) => isSame(work.address, address));
  if (place < 0) return queue;
  const waiting = new Map(queue.waiting);
  if (entries.length > 1) waiting.set(userId, entries.toSpliced(place, 1));
  else waiting.delete(userId);
  return forgotten({ ...queue, waiting, waitingCount: queue.waitingCount - 1 }, userId);
};

const taken = (
  queue: DispatchQueue,
  { slot, work, at }: Extract<DispatcherEvent, { readonly type: 'WorkTaken' }>,
): DispatchQueue => {
  const entry = entryOf(queue, work.address, work.userId) ?? { work, announced: 1 };
  const running = new Map(queue.running).set(slot, { entry, keptAt: at });
  const served = { ...queue, running, idle: queue.idle.filter((each) => each !== slot), turns: queue.turns + 1 };
  // A batch stays for other slots; they take it away when it has nothing left.
  const rest = work.slotsMax > 1 ? served : remove(served, work.address, work.userId);
  return { ...rest, servedAt: new Map(rest.servedAt).set(work.userId, queue.turns) };
};

const givenBack = (
  queue: DispatchQueue,
  { slot, again }: Extract<DispatcherEvent, { readonly type: 'WorkGivenBack' }>,
): DispatchQueue => {
  const entry = queue.running.get(slot)?.entry;
  if (entry === undefined) return queue;
  const running = new Map(queue.running);
  running.delete(slot);
  const { address, userId } = entry.work;
  const rest = forgotten({ ...queue, running }, userId);
  const known = entryOf(rest, address, userId);
  if (again) return known === undefined ? put(rest, entry) : rest;
  // Announced anew since the slot took it: what the slot found no longer holds. A single backtest left
  // the list when it was taken, so what is there now is new.
  const isNews = entry.work.slotsMax === 1 || (known !== undefined && known.announced > entry.announced);
  return isNews ? rest : remove(rest, address, userId);
};

/** Users with nothing here lose their turn number, so that there are no more of these than users at work. */
const forgotten = (queue: DispatchQueue, userId: string): DispatchQueue => {
  if (queue.waiting.has(userId)) return queue;
  for (const { entry } of queue.running.values()) if (entry.work.userId === userId) return queue;
  const servedAt = new Map(queue.servedAt);
  servedAt.delete(userId);
  return { ...queue, servedAt };
};
