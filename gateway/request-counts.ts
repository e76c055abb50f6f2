/**
 * How many requests each route answered, and how long they took: counted in plain arrays, since
 * prom-client looks its labels up at each count, which takes a tenth of a quick read.
 */

/** Seconds: from an answer out of memory to one that a person waits for. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const boundsMs = bounds.map((seconds) => seconds * 1_000);

interface RouteCounts {
  /** `method="GET",route="/api/v1/…"`. */
  readonly labels: string;
  readonly byStatus: Map<number, number>;
  /** Answers that took at most the bound of the same place and more than the one before; the last is the rest. */
  readonly buckets: Float64Array;
  totalMs: number;
}

export class RequestCounts {
  /** By their labels. */
  readonly #routes = new Map<string, RouteCounts>();

  /** What counts the answers of one route; a server that is started again counts on. */
  recorderOf(method: string, route: string): (status: number, milliseconds: number) => void {
    // Routes are our own text, without quotes.
    const labels = `method="${method}",route="${route}"`;
    const counts: RouteCounts = this.#routes.get(labels) ?? {
      labels,
      byStatus: new Map(),
      buckets: new Float64Array(bounds.length + 1),
      totalMs: 0,
    };
    this.#routes.set(labels, counts);
    return (status, milliseconds) => {
      counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
      let place = 0;
      while (place < boundsMs.length && milliseconds > (boundsMs[place] ?? 0)) place++;
      counts.buckets[place] = (counts.buckets[place] ?? 0) + 1;
      counts.totalMs += milliseconds;
    };
  }

  /** In the text form that Prometheus reads; routes that nobody has called are left out. */
  text(): string {
    const called = [...this.#routes.values()].filter(({ byStatus }) => byStatus.size > 0);
    return [
      '# HELP http_requests_total Answers given, by route and status',
      '# TYPE http_requests_total counter',
      ...called.flatMap(({ labels, byStatus }) =>
        [...byStatus].map(([status, count]) => `http_requests_total{${labels},status="${status}"} ${count}`),
      ),
      '# HELP http_request_duration_seconds From the request to the beginning of its answer',
      '# TYPE http_request_duration_seconds histogram',
      ...called.flatMap(histogramLines),
      '',
    ].join('\n');
  }
}

const histogramLines = ({ labels, buckets, totalMs }: RouteCounts): readonly string[] => {
  const name = 'http_request_duration_seconds';
  let count = 0;
  const lines = [...buckets].map((inBucket, place) => {
    count += inBucket;
    return `${name}_bucket{${labels},le="${bounds[place] ?? '+Inf'}"} ${count}`;
  });
  return [...lines, `${name}_sum{${labels}} ${totalMs / 1_000}`, `${name}_count{${labels}} ${count}`];
};
