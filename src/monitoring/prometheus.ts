import { Counter, Gauge, type Metric, type Registry } from 'prom-client';

import { bucketEdgesMs, type LatencyHistogram } from '../common/telemetry/latency-histogram.js';

type Labels = Record<string, string | number>;
type Rows = Iterable<readonly [Labels, number]>;
type HistogramRows = Iterable<readonly [Labels, CountedBuckets]>;

/** What a histogram of Prometheus says: for each upper edge, how many were not above it. */
interface CountedBuckets {
  /** Edge and count, edges rising; the counts add up as they go. */
  buckets: readonly (readonly [number, number])[];
  count: number;
  sum: number;
}

/** In milliseconds; each is an edge of our own buckets, so that no count is guessed. */
const shownEdgesMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/**
 * Metrics that are read when somebody asks. What they are read from is counted anyway, in fewer steps than Prometheus'
 * own client takes to find the right counter by its labels.
 */
export class ReadMetrics {
  constructor(private readonly registry: Registry) {}

  counter(name: string, help: string, labelNames: readonly string[], read: () => Rows): void {
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
  }

  gauge(name: string, help: string, labelNames: readonly string[], read: () => Rows | Promise<Rows>): void {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      async collect() {
        const rows = await read();
        this.reset();
        for (const [labels, value] of rows) this.set(labels, value);
      },
    });
  }

  histogram(name: string, help: string, read: () => HistogramRows): void {
    const metric = {
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      get: () =>
        Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values: [...samples(name, read())] }),
    };
    // The registry asks a metric for its name and its samples; its own class of histograms counts by itself instead.
    this.registry.registerMetric(metric as unknown as Metric);
  }
}

/** In seconds, as Prometheus has it. */
export function seconds({ counts, count, sumMs }: LatencyHistogram): CountedBuckets {
  const buckets: [number, number][] = [];
  let below = 0;
  let next = 0;
  for (const edgeMs of shownEdgesMs) {
    for (; (bucketEdgesMs[next] ?? Infinity) <= edgeMs; next += 1) below += counts[next] ?? 0;
    buckets.push([edgeMs / 1000, below]);
  }
  return { buckets, count, sum: sumMs / 1000 };
}

/** @param edges rising, with as many counts, of which each is of its own bucket alone */
export function sizes(edges: readonly number[], counts: Uint32Array, sum: number): CountedBuckets {
  let below = 0;
  const buckets = edges.map((edge, index) => [edge, (below += counts[index] ?? 0)] as const);
  return { buckets, count: below, sum };
}

function* samples(name: string, rows: HistogramRows) {
  for (const [labels, { buckets, count, sum }] of rows) {
    for (const [le, value] of buckets) yield { metricName: `${name}_bucket`, labels: { ...labels, le }, value };
    yield { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count };
    yield { metricName: `${name}_sum`, labels, value: sum };
    yield { metricName: `${name}_count`, labels, value: count };
  }
}
