import { pipeline, type Duplex, type Readable } from 'node:stream';

/** What comes out at the end of a line of streams: it fails with what any of them fails with, and ends them all when it is destroyed. */
export function piped(source: Readable, ...through: [Duplex, ...Duplex[]]): Readable {
  const last = through.at(-1) ?? through[0];
  // Whoever reads the last one hears of what goes wrong.
  pipeline([source, ...through], () => undefined);
  return last;
}
