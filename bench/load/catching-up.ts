import { setTimeout as pause } from 'node:timers/promises';

import type { ChatConnection } from './chat-connection.js';
import { HttpConnection } from './http-connection.js';
import type { CatchUpJob, CatchUpResult } from './jobs.js';

/** One page of changes, as far as it is looked at: the same from `GET …/changes`, `sync` and the baseline. */
interface Changes {
  count: number;
  /** Where the next page begins. */
  position: string | number;
  hasMore: boolean;
}

/** A page that cannot be had: the server does not know how, or refuses. */
export class PageRefused extends Error {
  constructor(
    readonly httpStatus: number,
    detail: string,
  ) {
    super(detail);
  }
}

/** A socket may send ten events a second besides messages; the pause is not measured. */
const pauseBetweenSyncsMs = 1_000;
/** A server that does not know an event may not answer it at all. */
const answerTimeoutMs = 10_000;

/** @param connection asked when the job wants `sync`. @throws PageRefused */
export async function catchUp(job: CatchUpJob, connection: ChatConnection | undefined): Promise<CatchUpResult> {
  if (job.path !== undefined) {
    const http = await HttpConnection.open(job.url);
    try {
      return await repeat(job.times, 0, (from) => pageOverHttp(http, job.token, job.path ?? '', from));
    } finally {
      http.close();
    }
  }
  const { sync } = job;
  if (sync === undefined || connection === undefined) throw new Error('neither path nor connection');
  return repeat(job.times, pauseBetweenSyncsMs, (from) => pageOverSocket(connection, sync, from));
}

async function repeat(
  times: number,
  pauseMs: number,
  page: (from: string | number) => Promise<Changes>,
): Promise<CatchUpResult> {
  const millis: number[] = [];
  let changes = 0;
  for (let time = 0; time < times; time += 1) {
    if (pauseMs > 0) await pause(pauseMs);
    const startedAt = performance.now();
    changes = 0;
    let from: string | number = 0;
    for (let hasMore = true; hasMore;) {
      const answer = await page(from);
      changes += answer.count;
      from = answer.position;
      hasMore = answer.hasMore;
    }
    millis.push(performance.now() - startedAt);
  }
  return { millis, changes };
}

async function pageOverHttp(
  http: HttpConnection,
  token: string,
  path: string,
  from: string | number,
): Promise<Changes> {
  const answer = await http.request({ method: 'GET', path: path.replace('{from}', String(from)), token });
  if (answer.status !== 200) throw new PageRefused(answer.status, answer.body);
  const body = JSON.parse(answer.body) as { items: unknown[]; rev: string | number; hasMore: boolean };
  return { count: body.items.length, position: body.rev, hasMore: body.hasMore };
}

function pageOverSocket(
  connection: ChatConnection,
  { groupId, epoch }: { groupId: string; epoch: string },
  from: string | number,
): Promise<Changes> {
  const payload = JSON.stringify({ groups: { [groupId]: { rev: from, epoch } }, limit: 500 });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new PageRefused(404, 'no answer')), answerTimeoutMs);
    connection.emit('sync', payload, (isOk, text) => {
      clearTimeout(timer);
      const answer = JSON.parse(text()) as {
        data?: { groups: { changes: unknown[]; rev: number; hasMore: boolean }[] };
        error?: { status: number; detail: string };
      };
      const [group] = answer.data?.groups ?? [];
      if (!isOk || group === undefined) {
        reject(new PageRefused(answer.error?.status ?? 0, answer.error?.detail ?? 'an answer without the group'));
        return;
      }
      resolve({ count: group.changes.length, position: group.rev, hasMore: group.hasMore });
    });
  });
}
