import { setTimeout as pause } from 'node:timers/promises';

import { HttpConnection } from './http-connection.js';
import type { RequestsJob, RequestsResult } from './jobs.js';
import { markedContent } from './marked-content.js';

/** Repeats each request on a connection of its own, the next as soon as the one before is answered. */
export async function repeatRequests(
  job: RequestsJob,
  onWindow: (edge: 'start' | 'end') => void,
): Promise<RequestsResult> {
  const connections = await Promise.all(job.requests.map(() => HttpConnection.open(job.url)));
  const counts = { answered: 0, refused: 0, firstRefusal: null as string | null, bytes: 0 };
  const latenciesMicros: number[] = [];
  let phase: 'warm-up' | 'measured' | 'over' = 'warm-up';

  const repeat = async (connection: HttpConnection, index: number): Promise<void> => {
    const request = job.requests[index];
    if (request === undefined) return;
    for (let count = 1; phase !== 'over'; count += 1) {
      const body = request.body?.replace('~', markedContent(index, count));
      const sentAt = performance.now();
      const answer = await connection.request({ ...request, ...(body !== undefined && { body }) });
      if (phase !== 'measured') continue;
      if (answer.status >= 200 && answer.status < 300) {
        counts.answered += 1;
        counts.bytes += answer.body.length;
        latenciesMicros.push(Math.round((performance.now() - sentAt) * 1000));
      } else {
        counts.refused += 1;
        counts.firstRefusal ??= `${answer.status} ${answer.body}`;
      }
    }
  };

  try {
    const running = Promise.all(connections.map(repeat));
    const timing = (async () => {
      await pause(job.warmUpMs);
      phase = 'measured';
      onWindow('start');
      const startedAt = performance.now();
      await pause(job.measureMs);
      phase = 'over';
      onWindow('end');
      return (performance.now() - startedAt) / 1000;
    })();
    const [seconds] = await Promise.all([timing, running]);
    return { seconds, ...counts, latenciesMicros };
  } finally {
    phase = 'over';
    for (const connection of connections) connection.close();
  }
}
