import { beforeEach, describe, expect, it } from '@jest/globals';

import { Deliveries } from './deliveries.js';
import { markedContent } from './marked-content.js';

describe('Deliveries', () => {
  let deliveries: Deliveries;
  beforeEach(() => {
    deliveries = new Deliveries();
  });

  function deliver(client: number, lane: number, count: number, seq: number): void {
    const bytes = Buffer.from(`42["new_message",${JSON.stringify({ seq, content: markedContent(lane, count) })}]`);
    deliveries.take(client, bytes, 0, bytes.length);
  }

  it('finds nothing wrong with messages in their order, whoever sent them', () => {
    deliver(0, 0, 1, 1);
    deliver(0, 1, 1, 2);
    deliver(0, 0, 2, 3);
    deliver(1, 0, 1, 1);
    expect(deliveries.read()).toMatchObject({ deliveries: 4, outOfOrder: 0, seqBreaks: 0 });
  });

  it('counts a message that comes after a later one of its sender', () => {
    deliver(0, 3, 2, 0);
    deliver(0, 3, 1, 0);
    deliver(0, 3, 3, 0);
    expect(deliveries.read().outOfOrder).toBe(1);
  });

  it('counts a place in the log that does not follow the one before', () => {
    deliver(0, 0, 1, 10);
    deliver(0, 1, 1, 12);
    deliver(0, 1, 2, 13);
    expect(deliveries.read().seqBreaks).toBe(1);
  });

  it('judges the order over several counts', () => {
    deliver(0, 0, 5, 5);
    deliveries.restart(false);
    deliver(0, 0, 4, 4);
    expect(deliveries.read()).toMatchObject({ deliveries: 1, outOfOrder: 1, seqBreaks: 1 });
  });

  it('keeps the time from send to receive only when asked', () => {
    deliver(0, 0, 1, 1);
    expect(deliveries.read().latenciesMicros).toEqual([]);
    deliveries.restart(true);
    deliver(0, 0, 2, 2);
    expect(deliveries.read().latenciesMicros).toHaveLength(1);
    expect(deliveries.read().latenciesMicros[0]).toBeGreaterThanOrEqual(0);
  });
});
