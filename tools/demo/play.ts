import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ClientEvents } from '../../contract/events.js';
import type { MessageView } from '../../contract/views.js';
import { Patience } from '../support/patience.js';
import type { Connection } from '../support/connection.js';
import type { SentMessage } from './compare.js';
import type { ChatLine } from '../support/irc-log.js';
import type { Cast } from './players.js';

export interface PlayOptions {
  /** Times real time; as fast as lines are acknowledged when undefined. */
  readonly speed?: number | undefined;
  /** Called before a line is sent; what it gives back is called when the line has left. */
  readonly arm?: ((place: number) => Promise<(() => void) | undefined>) | undefined;
  readonly onLine: () => void;
}

export interface Performance {
  readonly sent: readonly SentMessage[];
  /** From the first attempt to the ack of each line, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** Attempts that had to be repeated: refused for now, or without an answer. */
  readonly retries: number;
  readonly seconds: number;
}

/**
 * Says the lines of a log one after the other, each by its author. The next one leaves when the former is acknowledged,
 * so the server's order must be the log's.
 *
 * @throws Error when a line is refused for good, or not taken for a minute and a half
 */
export async function play(
  chat: readonly ChatLine[],
  { groupId, players }: Cast,
  { speed, arm, onLine }: PlayOptions,
): Promise<Performance> {
  const sent: SentMessage[] = [];
  const latenciesMs: number[] = [];
  let retries = 0;
  const startedAt = performance.now();
  for (const [place, { line, nick, content, atMs, replyTo }] of chat.entries()) {
    const player = players.get(nick);
    if (player === undefined) throw new Error(`nobody plays ${nick}`);
    if (speed !== undefined) await sleep(Math.max(0, startedAt + atMs / speed - performance.now()));
    const strike = await arm?.(place);
    const clientMessageId = randomUUID();
    const replyToId = replyTo === null ? null : (sent[replyTo]?.acknowledged.id ?? null);
    const payload = { groupId, content, clientMessageId, ...(replyToId !== null && { replyToId }) };
    const leftAt = performance.now();
    const { message, attempts } = await deliver(player, payload, strike).catch((error: unknown) => {
      throw new Error(`line ${line} of ${nick} could not be sent`, { cause: error });
    });
    latenciesMs.push(performance.now() - leftAt);
    retries += attempts - 1;
    sent.push({ line, clientMessageId, authorId: player.account.id, nick, content, replyToId, acknowledged: message });
    onLine();
  }
  return { sent, latenciesMs, retries, seconds: (performance.now() - startedAt) / 1000 };
}

/** Sends until it is acknowledged, always with the same `clientMessageId`: however often it arrives, it is stored once. */
async function deliver(
  player: Connection,
  payload: ClientEvents['message']['payload'],
  onSent: (() => void) | undefined,
): Promise<{ message: MessageView; attempts: number }> {
  const patience = new Patience();
  for (let attempts = 1; ; attempts += 1) {
    let answer;
    try {
      answer = await player.send(payload, attempts === 1 ? onSent : undefined);
    } catch (error) {
      await patience.pause(error instanceof Error ? error : new Error(String(error)));
      continue;
    }
    if (answer.ok) return { message: answer.data, attempts };
    const failure = new Error(`${answer.error.code}: ${answer.error.detail}`);
    if (answer.error.code !== 'rate_limited' && answer.error.code !== 'unavailable') throw failure;
    await patience.pause(failure, answer.error);
  }
}
