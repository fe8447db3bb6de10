import type { Duplex } from 'node:stream';

/**
 * Lets what is written to a socket within one turn of the event loop leave in one system call. The log's writer tells
 * everyone of a whole batch in one turn; one call a frame was a quarter of the server's time then. Nothing waits longer
 * than the turn, and what is held back counts as waiting for its reader.
 *
 * Socket.IO hands frames that it encoded before to `ws` past its public `send`, so the only place that sees every frame
 * is the socket itself.
 */
export function gatherWrites(socket: Duplex): void {
  let isGathering = false;
  const letGo = () => {
    isGathering = false;
    socket.uncork();
  };
  const gather = () => {
    if (isGathering) return;
    isGathering = true;
    socket.cork();
    setImmediate(letGo);
  };
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    gather();
    return write(...args);
  };
}
