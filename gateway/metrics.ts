/** What Prometheus reads at `/metrics`. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ActorSystem } from '#actors';

/** Seconds: from an answer out of memory to one that a person waits for. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #durations: Histogram<'method' | 'route'>;
  readonly #sockets: Gauge<'endpoint'>;

  constructor(system: ActorSystem) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: 'http_requests_total',
      help: 'Answers given, by route and status',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the request to its answer',
      labelNames: ['method', 'route'],
      buckets: durationBuckets,
      registers,
    });
    this.#sockets = new Gauge({
      name: 'websocket_connections_active',
      help: 'Open sockets',
      labelNames: ['endpoint'],
      registers,
    });
    for (const gauge of actorGauges(system)) this.registry.registerMetric(gauge);
  }

  /** What counts the answers of one route: made once a route, since looking labels up costs more than counting. */
  recorderOf(method: string, route: string): (status: number, milliseconds: number) => void {
    const duration = this.#durations.labels(method, route);
    const byStatus = new Map<number, Counter.Internal>();
    return (status, milliseconds) => {
      let requests = byStatus.get(status);
      if (requests === undefined) {
        requests = this.#requests.labels(method, route, String(status));
        byStatus.set(status, requests);
      }
      requests.inc();
      duration.observe(milliseconds / 1_000);
    };
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
    ['actors_quarantined', 'Actors that wait for an operator', 'quarantined'],
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
  return [...gauges, services];
};
