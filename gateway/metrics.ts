/** What Prometheus reads at `/metrics`. */

import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ActorSystem } from '#actors';
import { quarantinedGauge } from './quarantined-gauge.ts';
import { RequestCounts } from './request-counts.ts';

export class Metrics {
  readonly registry = new Registry();
  readonly requests = new RequestCounts();
  readonly #sockets: Gauge<'endpoint'>;

  constructor(system: ActorSystem) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#sockets = new Gauge({
      name: 'websocket_connections_active',
      help: 'Open sockets',
      labelNames: ['endpoint'],
      registers,
    });
    for (const gauge of actorGauges(system)) this.registry.registerMetric(gauge);
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
          for (const kind of system.inspect().kinds) this.set({ kind: kind.kind }, kind[field]);
        },
      }),
  );
  const services: Gauge = new Gauge({
    name: 'service_restarts_total',
    help: 'Restarts of services of the tree',
    labelNames: ['service'],
    registers: [],
    collect() {
      for (const { name, restarts } of system.inspect().services) this.set({ service: name }, restarts);
    },
  });
  return [...gauges, services, quarantinedGauge(system)];
};
