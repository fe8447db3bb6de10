import { increase, LatencyHistogram } from '../../common/telemetry/latency-histogram.js';

/** Upper edges of the batch sizes that are told apart. */
export const batchSizeEdges: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** How the writer of the logs is doing, since the start. */
export class WriterStatistics {
  /** Of each bulk write, whatever came of it. */
  readonly latency = new LatencyHistogram();
  readonly batchSizes = new Uint32Array(batchSizeEdges.length);
  /** Messages and changes in all bulk writes. */
  operations = 0;
  /** Bulk writes whose outcome was not known. */
  failures = 0;

  noteBatch(size: number, ms: number): void {
    this.latency.observe(ms);
    this.operations += size;
    const bucket = batchSizeEdges.findIndex((edge) => size <= edge);
    if (bucket !== -1) increase(this.batchSizes, bucket, 1);
  }
}
