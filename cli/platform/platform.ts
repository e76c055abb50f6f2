/** The composition root: joins databases, actors, runners, feeds and the gateway into one running platform. */

import { randomBytes } from 'node:crypto';
import {
  accountKind,
  actorRoleOf,
  backtestKindWith,
  batchKindWith,
  deploymentKind,
  dispatcherId,
  dispatcherKind,
  dispatcherKindWith,
  feedsService,
  FeedStore,
  importKind,
  importKindWith,
  inboxKind,
  listProjections,
  liveDeployments,
  marketKeeper,
  marketKind,
  marketKindWith,
  operationsKind,
  publicEvents,
  slotServices,
  spoolSweep,
  strategyKindWith,
  symbolKind,
  userKindWith,
  wakeDeployments,
} from '#actors';
import type { ActorSystem, AnyKind, NodeFacts } from '#kernel';
import { LocalBus, noRestarts, shardOf, startActorSystem, systemClock } from '#kernel';
import { createEventPublisher, memoryClusterConfig, openNats } from '#cluster';
import type { StoringNats } from '#cluster';
import { defaultSettings, superviseGateway } from '#gateway';
import type { History, Lists } from '#ports';
import { nodeAlone } from '#ports';
import {
  createArchiver,
  createProjector,
  oneAtATime,
  openExporter,
  openHistory,
  openRedisBuckets,
  openLiveMarkets,
  openPostgresEventFeed,
  openPostgresJournal,
  openPostgresLists,
  openPostgresStores,
  openResults,
  openSeriesCache,
  openSharedSpool,
  openSpool,
  spooledImporter,
} from '#persistence';
import { factsOf, joinCluster, memberOf, onOneNode, afterTakeovers } from './cluster-node.ts';
import type { DataFolder } from './data-folder.ts';
import { applyConfig, dispatchLimits } from './cluster-settings.ts';
import { bringFirst } from './first-start.ts';
import type { Administrator } from './first-start.ts';
import type { Logger } from './log.ts';
import { logKernelEvent, logListEvent, logPublishing, logSeriesCache } from './log.ts';
import { PlatformFailure } from './platform-failure.ts';
import { platformMail } from './platform-mail.ts';
import { probesOf } from './platform-probes.ts';
import { hasActors, refuseUnknownRoles } from './platform-settings.ts';
import type { NodeRole, PlatformSettings } from './platform-settings.ts';
import { reportWriter } from './report-writer.ts';
import type { OpeningDatabases } from './opening-databases.ts';
import { openDecisionRunner, openSandboxRunner } from './sandbox-runner.ts';
import {
  actorsStep,
  clusterStep,
  feedsStep,
  firstStep,
  gatewayStep,
  journalStep,
  natsStep,
  rolesStep,
  terminalStep,
} from './start-steps.ts';
import type { Steps } from './steps.ts';
import { strategyChecks } from './strategy-checks.ts';
import { ensureEngine, sharesEngine } from './storage.ts';
import { builtTerminal } from './terminal-build.ts';
import { foundationOf, workOf } from './tree.ts';

export interface PlatformOptions {
  readonly settings: PlatformSettings;
  readonly log: Logger;
  readonly version: string;
  readonly onStep: (text: string) => void;
  readonly steps: Steps;
  readonly folder: DataFolder;
  /** Begun before the rest of the program was loaded. */
  readonly databases: OpeningDatabases;
}

export interface Platform {
  /** `http://127.0.0.1:8080`. */
  readonly address: string;
  /** On the first start, with the password to be shown. */
  readonly administrator: Administrator | null;
  /** Rejects with a {@link PlatformFailure} when a part can't be mended; the process should then stop it and end. */
  readonly failed: Promise<never>;
  readonly stop: () => Promise<void>;
}

/** Starts everything; what was opened before a failure is closed again. */
export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const resources = new AsyncDisposableStack();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined); // whoever runs the platform waits for it
  try {
    const { promise, reject } = failure;
    const started = await Promise.race([startIn(resources, options, reject), promise]);
    return { ...started, failed: promise, stop: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
};

const startIn = async (
  resources: AsyncDisposableStack,
  { settings, log, version, onStep, steps, folder, databases }: PlatformOptions,
  onFailure: (failure: PlatformFailure) => void,
): Promise<Pick<Platform, 'address' | 'administrator'>> => {
  const clock = systemClock;
  const closing: Closing = (name, secondsMax, close) => {
    resources.defer(() =>
      steps.end({ name, secondsMax: typeof secondsMax === 'number' ? secondsMax : secondsMax() }, async () => close()),
    );
  };

  const [postgres, clickHouse] = await opened(databases, closing);
  const history = openHistory(clickHouse);
  const series =
    settings.seriesCacheMb === 0
      ? null
      : await openSeriesCache({
          folder: folder.series,
          bytesMax: settings.seriesCacheMb * 2 ** 20,
          history,
          version,
          clock,
          report: (event) => logSeriesCache(log, event),
        });
  if (series !== null) closing('the series on the disk', 10, () => series.close());
  const results = openResults(clickHouse);
  const stores = openPostgresStores(postgres.url);
  closing('the stores', 10, () => stores.close());
  const member = memberOf(settings, version);
  // Before the lease begins: nobody renews that while a server is waited for.
  const nats = await linkedTo(settings, member, steps);
  if (nats !== null) closing('the links to other nodes', 10, () => nats.close());
  const journal = await steps.run(journalStep, async () => {
    if (postgres.isOwn) await stores.freeBegunKeys();
    return await openPostgresJournal({
      url: postgres.url,
      // Nobody else can have an embedded journal: the lease of a killed program need not run out.
      ...(postgres.isOwn ? { takeOver: 'at-once' as const } : {}),
      roleOf: actorRoleOf,
      ...(member === null ? {} : { member, node: member.node, leaseMs: settings.leaseSeconds * 1_000 }),
    });
  });
  closing('the journal', 30, () => journal.close());
  if (member !== null) refuseUnknownRoles(settings.roles, journal.roles);
  const shardAt = ({ name }: AnyKind, id: string): number => shardOf(id, journal.shardsOf(name));
  let backtestsRunning = 0;
  const node =
    nats === null ? null : joinCluster({ nats, journal, clock, log, backtestsRunning: () => backtestsRunning });
  if (node !== null) closing('the place among the nodes', 10, () => node.close());
  const cluster = node?.cluster ?? null;
  const config = node?.config ?? memoryClusterConfig(clock);
  applyConfig(config, { log, settings });
  const bus = cluster?.bus ?? new LocalBus();

  const eventFeed = await openPostgresEventFeed(postgres.url);
  closing('the events for other programs', 10, () => eventFeed.close());
  const { spool, importer } = await openImports({
    history,
    folder,
    url: postgres.url,
    isShared: cluster !== null,
    closing,
  });
  // Deployments ask accounts while the system runs, and read the lists, which are made from their events.
  const running = Promise.withResolvers<{ readonly system: ActorSystem; readonly lists: Lists }>();
  const live = liveDeployments({
    ask: async (...question) => (await running.promise).system.ask(...question),
    lists: { get: async (...entry) => (await running.promise).lists.get(...entry) },
    history,
    bus,
    clock,
    openRunner: openDecisionRunner,
    places: settings.liveRunners,
  });
  closing('the runners of live strategies', 10, () => live.close());
  const mail = platformMail({ settings, folder, log, clock });
  closing('mail', 10, () => mail.close());
  const kinds: readonly AnyKind[] = [
    userKindWith(mail),
    operationsKind,
    inboxKind,
    accountKind,
    symbolKind,
    backtestKindWith(results),
    batchKindWith(results),
    dispatcherKindWith(() => dispatchLimits(config)),
    strategyKindWith(stores.gitObjects),
    importKindWith({ importer, publisher: bus }),
    live.kind,
  ];
  const projector = createProjector({
    url: postgres.url,
    projections: listProjections,
    kinds,
    report: (event) => logListEvent(log, event),
  });
  const lists = openPostgresLists(postgres.url, projector);
  closing('the lists', 10, () => lists.close());

  const keeper = marketKeeper({
    bus,
    clock,
    store: openLiveMarkets(clickHouse),
    ...(cluster === null ? {} : { isOwn: (symbol) => cluster.has(shardAt(marketKind, symbol)) }),
  });
  const publisher =
    node === null || nats === null
      ? null
      : createEventPublisher({
          nats,
          feed: eventFeed,
          mapping: publicEvents,
          ownedShards: node.cluster.ownShards,
          clock,
          report: (event) => logPublishing(log, event),
        });
  const system = startActorSystem({
    // Markets read the lists, which are made from the events of the others.
    kinds: [...kinds, marketKindWith({ lists, keptOf: keeper.keptOf })],
    journal,
    publisher: bus,
    clock,
    report: (event) => logKernelEvent(log, event),
    onCommitted: (positions) => {
      projector.committed(positions);
      publisher?.committed(positions);
    },
    ...(cluster === null ? {} : { cluster: { incarnation: cluster.incarnation, routing: cluster.routing } }),
    foundation: foundationOf({
      postgres,
      journal,
      projector,
      history,
      ensureHistory: async () => (sharesEngine(settings) ? ensureEngine(postgres.url, folder) : null),
      clock,
    }),
    // What fails as a whole has been tried again and again below: only a new process begins anew.
    rootIntensity: noRestarts,
    onEscalation: (error) => onFailure(new PlatformFailure(error)),
  });
  // What it rests on is closed after it: none of its parts is to be left behind before its own bound is over.
  closing(
    'the tree',
    () => system.stopMsMax / 1_000 + 1,
    () => system.stop(),
  );
  running.resolve({ system, lists });
  if (node !== null) await steps.run(clusterStep, () => system.supervise(node.supervision(system)));
  const openRunner = () => openSandboxRunner();
  const checks = strategyChecks(openRunner, clock);
  const work = workOf([
    onOneNode(cluster, spoolSweep({ system, contents: importer, clock }), shardAt(importKind, 'spool-sweep')),
    onOneNode(cluster, createArchiver({ url: postgres.url, afterMs: settings.archiveAfterDays * dayMs })),
    checks.service,
    ...(publisher === null ? [] : [publisher]),
  ]);
  await steps.run(actorsStep, () => system.supervise(work));

  const has = (role: NodeRole): boolean => settings.roles.includes(role);
  const first = () => bringFirst({ system, journal, history, settings, folder, now: clock.now(), onStep });
  if (cluster !== null && hasActors(settings.roles)) {
    const waiting = new AbortController();
    resources.defer(() => waiting.abort());
    await steps.run(rolesStep, (onWait) =>
      cluster.whenAllOwned((roles) => onWait(`the actors of ${roles.join(', ')}`), waiting.signal),
    );
  }
  const administrator = !hasActors(settings.roles)
    ? null
    : await steps.run(firstStep, () => (cluster === null ? first() : oneAtATime(postgres.url, first)));

  const incarnation = cluster?.incarnation ?? randomBytes(8).toString('hex');
  onStep('starting runners and feeds');
  const slots = slotServices({
    system,
    bus,
    clock,
    history: series ?? history,
    results,
    lists,
    openRunner,
    incarnation,
    // One node: whatever another incarnation held is lost.
    alive: () => (cluster === null ? [incarnation] : cluster.alive()),
    slots: has('runner') ? settings.runners : 0,
    onWork: (isAtWork) => {
      backtestsRunning += isAtWork ? 1 : -1;
    },
    // Beside the dispatcher, which has forgotten all that waits wherever it begins.
    onResume: (service) =>
      hasActors(settings.roles)
        ? onOneNode(cluster, afterTakeovers(cluster, service), shardAt(dispatcherKind, dispatcherId))
        : null,
  });
  await steps.run(feedsStep, async () => {
    await system.supervise(slots, work.name);
    if (!hasActors(settings.roles)) return;
    const isHere = (id: string): boolean => cluster === null || cluster.has(shardAt(deploymentKind, id));
    await system.supervise(afterTakeovers(cluster, wakeDeployments({ system, lists, isHere })), work.name);
    await system.supervise(keeper.service, work.name);
    const feeds = feedsService({ system, lists, history, clock, bus, keptOf: keeper.keptOf });
    await system.supervise(onOneNode(cluster, feeds, shardAt(marketKind, feeds.name)), work.name);
  });

  onStep('building the terminal');
  const terminalFolder = !has('gateway') ? null : await steps.run(terminalStep, () => builtTerminal(folder.terminal));
  const buckets =
    settings.redisUrl === null ? null : await openRedisBuckets({ url: settings.redisUrl, name: journal.epoch });
  if (buckets !== null) closing('Redis', 10, () => buckets.close());
  onStep('opening the gateway');
  const gateway = await steps.run(gatewayStep, async () => {
    const opened = await superviseGateway({
      system,
      lists,
      history,
      results,
      keys: stores.keys,
      gitObjects: stores.gitObjects,
      jobRunner: checks.runner,
      idempotency: stores.idempotency,
      importSpool: spool,
      exporter: openExporter(results),
      reports: reportWriter(new FeedStore({ system, clock, history: series ?? history })),
      terminalFolder,
      claims: journal,
      epoch: journal.epoch,
      config,
      deadLetters: eventFeed,
      ...(publisher === null ? {} : { publishing: publisher.status }),
      publications: bus,
      probes: probesOf({ lists, history, cluster, nats, buckets }),
      sharedBuckets: buckets,
      mail: () => mail.report(),
      ...(series === null ? {} : { seriesCache: () => series.figures() }),
      nodes: node?.nodes ?? nodeAlone({ ...factsOf(settings, version), incarnation }, clock.now(), () => clock.now()),
      clock,
      settings: {
        ...defaultSettings,
        serves: has('gateway') ? 'everything' : 'health',
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
    await system.supervise(opened.supervision);
    return opened;
  });
  if (!postgres.isOwn && system.stopMsMax >= treeSecondsMax * 1_000)
    throw new Error(`The tree may take ${system.stopMsMax} ms to end, longer than whoever stops the program is told.`);
  return { address: gateway.address(), administrator };
};

/** Where uploads wait, and what imports them: in a folder, or where every node finds them. */
const openImports = async ({
  history,
  folder,
  url,
  isShared,
  closing,
}: {
  readonly history: History;
  readonly folder: DataFolder;
  readonly url: string;
  readonly isShared: boolean;
  readonly closing: Closing;
}) => {
  const importerOf = (from: string) => spooledImporter({ folder: from, history });
  if (!isShared) return { spool: await openSpool({ folder: folder.spool }), importer: importerOf(folder.spool) };
  const copies = folder.importCopies;
  const shared = await openSharedSpool({ url, folder: copies, local: importerOf(copies) });
  closing('uploads', 10, () => shared.close());
  return { spool: shared, importer: shared };
};

/** What links this node to the others, where it is one of many. */
const linkedTo = async (
  { natsUrl }: PlatformSettings,
  member: NodeFacts | null,
  steps: Steps,
): Promise<StoringNats | null> =>
  natsUrl === null || member === null
    ? null
    : await steps.run(natsStep, () => openNats({ url: natsUrl, name: `xtrading ${member.node}` }));

/** Both, to be closed; whichever is open is closed when the other one has failed. */
const opened = async (databases: OpeningDatabases, closing: Closing) => {
  const [postgres, clickHouse] = await Promise.allSettled([databases.postgres, databases.clickHouse]);
  if (clickHouse.status === 'fulfilled') closing('ClickHouse', 60, () => clickHouse.value.close());
  if (postgres.status === 'fulfilled') closing('PostgreSQL', 60, postgres.value.stop);
  return [await databases.postgres, await databases.clickHouse] as const;
};

/** To be closed when the platform stops, in the order opposite to that in which it is said. */
type Closing = (name: string, secondsMax: number | (() => number), close: () => void | Promise<void>) => void;

/** For the tree of a node with servers outside, should every part of it take its bound: manifests allow for it. */
const treeSecondsMax = 540;

const dayMs = 24 * 60 * 60_000;
