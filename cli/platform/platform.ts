/** The composition root: joins databases, actors, runners, feeds and the gateway into one running platform. */

import { randomBytes } from 'node:crypto';
import {
  accountKind,
  backtestKind,
  batchKind,
  dispatcherKind,
  feedsService,
  FeedStore,
  importKindWith,
  inboxKind,
  listProjections,
  marketKindWith,
  slotServices,
  spoolSweep,
  strategyKindWith,
  symbolKind,
  userKind,
} from '#actors';
import type { AnyKind } from '#kernel';
import { LocalBus, startActorSystem, systemClock } from '#kernel';
import { defaultSettings, startGateway } from '#gateway';
import type { Probe } from '#gateway';
import {
  createArchiver,
  createProjector,
  openExporter,
  openHistory,
  openPostgresJournal,
  openPostgresLists,
  openPostgresStores,
  openResults,
  openSpool,
  spooledImporter,
} from '#persistence';
import { openDataFolder } from './data-folder.ts';
import { bringFirst } from './first-start.ts';
import type { Administrator } from './first-start.ts';
import type { Logger } from './log.ts';
import { logKernelEvent } from './log.ts';
import type { PlatformSettings } from './platform-settings.ts';
import { reportWriter } from './report-writer.ts';
import { openSandboxRunner } from './sandbox-runner.ts';
import { openHistoryStore, openPostgres } from './storage.ts';
import { builtTerminal } from './terminal-build.ts';

export interface PlatformOptions {
  readonly settings: PlatformSettings;
  readonly log: Logger;
  readonly version: string;
  readonly onStep: (text: string) => void;
}

export interface Platform {
  /** `http://127.0.0.1:8080`. */
  readonly address: string;
  /** On the first start, with the password to be shown. */
  readonly administrator: Administrator | null;
  /** Rejects when something in it can't be mended; the process should then stop it and end. */
  readonly failed: Promise<never>;
  readonly stop: () => Promise<void>;
}

/** Starts everything; what was opened before a failure is closed again. */
export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const resources = new AsyncDisposableStack();
  try {
    const started = await startIn(resources, options);
    return { ...started, stop: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
};

const startIn = async (
  resources: AsyncDisposableStack,
  { settings, log, version, onStep }: PlatformOptions,
): Promise<Omit<Platform, 'stop'>> => {
  const folder = await openDataFolder(settings.dataFolder);
  const clock = systemClock;
  const bus = new LocalBus();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined); // whoever runs the platform waits for it

  onStep('opening the databases');
  const postgres = await openPostgres(settings, folder);
  resources.defer(postgres.stop);
  const clickHouse = await openHistoryStore(settings, folder);
  resources.defer(() => clickHouse.close());
  const history = openHistory(clickHouse);
  const results = openResults(clickHouse);
  const stores = openPostgresStores(postgres.url);
  resources.defer(() => stores.close());
  if (postgres.isOwn) await stores.freeBegunKeys();
  // Nobody else can have an embedded journal: the lease of a killed program need not run out.
  const journal = await openPostgresJournal({
    url: postgres.url,
    onLost: () => {
      failure.reject(new Error('Another program has taken over the journal.'));
    },
    ...(postgres.isOwn ? { takeOver: 'at-once' as const } : {}),
  });
  resources.defer(() => journal.close());

  const spool = await openSpool({ folder: folder.spool });
  const importer = spooledImporter({ folder: folder.spool, history });
  const kinds: readonly AnyKind[] = [
    userKind,
    inboxKind,
    accountKind,
    symbolKind,
    backtestKind,
    batchKind,
    dispatcherKind,
    strategyKindWith(stores.gitObjects),
    importKindWith({ importer, publisher: bus }),
  ];
  const projector = createProjector({ url: postgres.url, projections: listProjections, kinds });
  const lists = openPostgresLists(postgres.url, projector);
  resources.defer(() => lists.close());

  const system = startActorSystem({
    // Markets read the lists, which are made from the events of the others.
    kinds: [...kinds, marketKindWith({ lists })],
    journal,
    publisher: bus,
    clock,
    report: (event) => logKernelEvent(log, event),
    onCommitted: projector.committed,
    onEscalation: failure.reject,
  });
  resources.defer(() => system.stop());
  if (postgres.service !== null) await system.supervise(postgres.service);
  await system.supervise(projector);
  await system.supervise(createArchiver({ url: postgres.url, afterMs: settings.archiveAfterDays * dayMs }));
  await system.supervise(spoolSweep({ system, contents: importer, clock }));

  const administrator = await bringFirst({ system, journal, history, settings, folder, now: clock.now(), onStep });

  const incarnation = randomBytes(8).toString('hex');
  const openRunner = () => openSandboxRunner();
  onStep('starting runners and feeds');
  const slots = slotServices({
    system,
    bus,
    clock,
    history,
    results,
    lists,
    openRunner,
    incarnation,
    // One node: whatever another incarnation held is lost.
    alive: () => [incarnation],
    slots: settings.runners,
  });
  for (const service of slots) await system.supervise(service);
  await system.supervise(feedsService({ system, lists, history, clock, bus }));

  onStep('building the terminal');
  const terminalFolder = await builtTerminal(folder.terminal);
  onStep('opening the gateway');
  const checks = openRunner();
  resources.defer(() => checks.close());
  const gateway = await startGateway({
    system,
    lists,
    history,
    results,
    keys: stores.keys,
    gitObjects: stores.gitObjects,
    jobRunner: checks,
    idempotency: stores.idempotency,
    importSpool: spool,
    exporter: openExporter(results),
    reports: reportWriter(new FeedStore({ system, clock, history })),
    terminalFolder,
    claims: journal,
    epoch: journal.epoch,
    publications: bus,
    mail: null,
    probes: probesOf({ lists, history }),
    clock,
    settings: {
      ...defaultSettings,
      host: settings.host,
      port: settings.port,
      trustedProxies: settings.trustedProxies,
      allowedOrigins: settings.allowedOrigins,
      registration: settings.registration,
      registrationRole: settings.registrationRole,
      version,
    },
    logger: log,
  });
  resources.defer(gateway.close);
  return { address: gateway.address, administrator, failed: failure.promise };
};

const dayMs = 24 * 60 * 60_000;

const probesOf = ({
  lists,
  history,
}: {
  readonly lists: ReturnType<typeof openPostgresLists>;
  readonly history: ReturnType<typeof openHistory>;
}): readonly Probe[] => [
  {
    name: 'postgres',
    check: async () => {
      await lists.get('users', '');
    },
  },
  {
    name: 'clickhouse',
    check: async () => {
      await history.coverage('');
    },
  },
];
