import { describe, expect, it } from '@jest/globals';

import type { CloseReason } from '../../contract/close-codes.js';
import { newSessionId, newUserId } from '../common/ids.js';
import { newState, type Connection, type WireEvent } from './connection.js';
import { Gate } from './gate.js';

/** A connection that keeps what is sent. */
function aConnection() {
  const rooms = new Set<string>();
  const sent: WireEvent[] = [];
  const cuts: CloseReason[] = [];
  const connection: Connection = {
    id: 'one',
    transport: 'websocket',
    state: newState({ userId: newUserId(), sessionId: newSessionId(), role: 'user' }, new Date(), 'all', {
      correlationId: 'of-the-handshake',
      connectedAt: new Date(),
    }),
    isOpen: () => cuts.length === 0,
    rooms,
    waitingBytes: 0,
    join: (room) => rooms.add(room),
    leave: (room) => rooms.delete(room),
    emit: (wire) => sent.push(wire),
    close: () => undefined,
    cut: (reason) => cuts.push(reason),
  };
  return { connection, sent, cuts };
}

const pong = (timestamp: number): WireEvent => ({ event: 'pong', payload: { timestamp } });

describe('Gate', () => {
  it('lets through what is wanted, in order, and once however often it is opened', () => {
    const { connection, sent } = aConnection();
    const gate = Gate.close(connection);
    for (const timestamp of [1, 2, 3]) gate.hold(pong(timestamp));
    gate.open(({ payload }) => 'timestamp' in payload && payload.timestamp !== 2);
    gate.open();
    expect(sent).toEqual([pong(1), pong(3)]);
    expect([...connection.rooms]).toEqual([]);
    expect(connection.state.gate).toBeNull();
  });

  it('cuts a connection for which too much waits, and keeps nothing for it', () => {
    const { connection, sent, cuts } = aConnection();
    const gate = Gate.close(connection);
    for (let timestamp = 1; timestamp <= 5_000; timestamp += 1) gate.hold(pong(timestamp));
    expect(cuts).toEqual([]);
    for (let timestamp = 1; timestamp <= 3; timestamp += 1) gate.hold(pong(timestamp));
    expect(cuts).toEqual(['too_slow']);
    gate.open();
    expect(sent).toEqual([]);
  });
});
