/** A running system on a journal in memory and a clock that stands still, which notes what it reports. */

import type { ActorSystem, Position } from '../actor-system.ts';
import type { KernelEvent } from '../kernel-event.ts';
import { LocalBus } from '../local-bus.ts';
import type { Bus } from '../local-bus.ts';
import type { Publication } from '../publication.ts';
import { startActorSystem } from '../start-actor-system.ts';
import type { ActorSystemOptions } from '../start-actor-system.ts';
import { MemoryJournal } from './memory-journal.ts';
import { VirtualClock } from './virtual-clock.ts';

interface TestSystem {
  readonly system: ActorSystem;
  readonly journal: MemoryJournal;
  readonly clock: VirtualClock;
  readonly reports: readonly KernelEvent[];
  readonly published: readonly Publication[];
  /** The same, as they come. */
  readonly bus: Bus;
  readonly positions: readonly Position[];
  readonly escalations: readonly Error[];
  /** Resolves with the first report of the type that satisfies the condition, also if it has come already. */
  readonly untilReported: <T extends KernelEvent['type']>(
    type: T,
    condition?: (event: Extract<KernelEvent, { readonly type: T }>) => boolean,
  ) => Promise<Extract<KernelEvent, { readonly type: T }>>;
}

interface TestSystemOptions
  extends
    Pick<ActorSystemOptions, 'kinds'>,
    Partial<Pick<ActorSystemOptions, 'limits' | 'foundation' | 'rootIntensity' | 'chance'>> {
  /** Those of an earlier system: then this one is the program started again. */
  readonly journal?: MemoryJournal;
  readonly clock?: VirtualClock;
}

/** The kernel's own, which start in every system and are no news. */
const ownServices = ['shards', 'scheduler', 'timers', 'outbox'];

export const startTestSystem = ({
  journal = new MemoryJournal(),
  clock = new VirtualClock(),
  ...options
}: TestSystemOptions): TestSystem => {
  const reports: KernelEvent[] = [];
  const published: Publication[] = [];
  const bus = new LocalBus();
  bus.subscribeAll((publication) => published.push(publication));
  const positions: Position[] = [];
  const escalations: Error[] = [];
  let watchers: ((event: KernelEvent) => boolean)[] = [];
  const system = startActorSystem({
    chance: () => 0,
    ...options,
    journal,
    clock,
    publisher: bus,
    report: (event) => {
      if (event.type === 'service-started' && ownServices.includes(event.service)) return;
      reports.push(event);
      watchers = watchers.filter((isMet) => !isMet(event));
    },
    onCommitted: (committed) => positions.push(...committed),
    onEscalation: (error) => escalations.push(error),
  });
  const untilReported: TestSystem['untilReported'] = (type, condition = () => true) => {
    type Wanted = Extract<KernelEvent, { readonly type: typeof type }>;
    // The type is what tells the events apart.
    const isWanted = (event: KernelEvent): event is Wanted => event.type === type && condition(event as Wanted);
    const known = reports.find(isWanted);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      watchers.push((event) => {
        if (!isWanted(event)) return false;
        resolve(event);
        return true;
      });
    });
  };
  return { system, journal, clock, reports, published, bus, positions, escalations, untilReported };
};
