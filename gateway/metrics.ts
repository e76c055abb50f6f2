/** What Prometheus reads at `/metrics`. */

import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { kindsOf, nodesOf } from '#actors';
import type { ActorSystem } from '#actors';
import type { ListCare } from '#ports';
import { clusterGauges } from './cluster-gauges.ts';
import type { GatewayParts } from './gateway.ts';
import { mailGauges } from './mail-gauges.ts';
import { outboxGauges } from './outbox-gauges.ts';
import { publishingGauges } from './publishing-gauges.ts';
import { quarantinedGauge } from './quarantined-gauge.ts';
import { queueGauges } from './queue-gauges.ts';
import { RequestCounts } from './request-counts.ts';
import { seriesCacheGauges } from './series-cache-gauges.ts';

type MetricsNeeds = Pick<
  GatewayParts,
  'system' | 'lists' | 'nodes' | 'mail' | 'seriesCache' | 'clock' | 'publishing' | 'deadLetters'
>;

export class Metrics {
  readonly registry = new Registry();
  readonly requests = new RequestCounts();
  readonly #sockets: Gauge<'endpoint'>;

  constructor({ system, lists, nodes, mail, seriesCache, clock, publishing, deadLetters }: MetricsNeeds) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#sockets = new Gauge({
      name: 'websocket_connections_active',
      help: 'Open sockets',
      labelNames: ['endpoint'],
      registers,
    });
    const gauges = [
      ...actorGauges(system),
      ...listGauges(lists),
      ...queueGauges(system, () => clock.now()),
      ...clusterGauges(nodes),
      ...outboxGauges(system, () => clock.now()),
      ...mailGauges(mail),
      ...(publishing === undefined || deadLetters === undefined ? [] : publishingGauges(publishing, deadLetters)),
      ...(seriesCache === undefined ? [] : seriesCacheGauges(seriesCache)),
    ];
    for (const gauge of gauges) this.registry.registerMetric(gauge);
  }

  /** All of it, in the text form that Prometheus reads. */
  async text(): Promise<string> {
    return (await this.registry.metrics()) + this.requests.text();
  }

  /** Sockets of one endpoint, to be raised and lowered. */
  socketsOf(endpoint: string): Gauge.Internal<'endpoint'> {
    return this.#sockets.labels(endpoint);
  }
}

const actorGauges = (system: ActorSystem): readonly Gauge[] => {
  const ofKinds = [
    ['actors_resident', 'Actors in memory', 'resident'],
    ['actor_mailbox_messages', 'Messages waiting', 'mailboxMessages'],
    ['actor_restarts_total', 'Restarts after defects', 'restarts'],
  ] as const;
  const gauges = ofKinds.map(
    ([name, help, field]): Gauge =>
      new Gauge({
        name,
        help,
        labelNames: ['kind'],
        registers: [],
        collect() {
          for (const kind of kindsOf(system.inspect())) this.set({ kind: kind.name }, kind[field]);
        },
      }),
  );
  const services: Gauge = new Gauge({
    name: 'service_restarts_total',
    help: 'Restarts of services and supervisors of the tree',
    labelNames: ['service'],
    registers: [],
    collect() {
      for (const { type, name, restarts } of nodesOf(system.inspect()))
        if (type !== 'kind') this.set({ service: name }, restarts);
    },
  });
  return [...gauges, services, quarantinedGauge(system)];
};

const listGauges = (lists: Pick<ListCare, 'status'>): readonly Gauge[] => {
  const ofRows = [
    ['list_events_behind', 'Events of the journal that a list has not read', 'eventsBehind'],
    ['list_seconds_behind', 'Time since a list had all that was written; 0 when nothing is missing', 'secondsBehind'],
    ['list_actors_held', 'Actors with an event that a list can not show', 'actorsHeld'],
  ] as const;
  return ofRows.map(
    ([name, help, field]): Gauge =>
      new Gauge({
        name,
        help,
        labelNames: ['list', 'rows'],
        registers: [],
        collect() {
          // What was built is not being built any more.
          this.reset();
          for (const { list, served, building } of lists.status()) {
            this.set({ list, rows: 'served' }, served[field]);
            if (building !== null) this.set({ list, rows: 'building' }, building[field]);
          }
        },
      }),
  );
};
