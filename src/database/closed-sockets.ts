import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * Wakes whoever waits for a socket to drain that has closed instead.
 *
 * A command that the MongoDB driver (7.8) writes to a connection whose other end has just gone waits for `drain`, for
 * ever: `write` on a destroyed socket answers false, and a destroyed socket never drains. The driver learns of the end
 * only with `close`, a turn of the event loop later, and does not wake that command then. Seen when the database was
 * killed under load: the writer of the log stood still until the server was started again. No timeout of the driver
 * helps: `socketTimeoutMS` does not reach a destroyed socket, and `timeoutMS` has no effect.
 *
 * With `drain` after all, the driver looks at the connection, finds it closed and fails the command. Called before the
 * first connection; it concerns every outgoing socket of the process, and only those with somebody waiting.
 *
 * @returns stops it, for sockets that are made later
 */
export function wakeWritersOfClosedSockets(): () => void {
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.once('close', () => {
      if (socket.listenerCount('drain') > 0) socket.emit('drain');
    });
  };
  subscribe(channel, watch);
  return () => {
    unsubscribe(channel, watch);
  };
}

const channel = 'net.client.socket';
