import { Presets, SingleBar } from 'cli-progress';

/** A bar on the terminal; nothing at all where there is none. */
export class Progress {
  private readonly bar: SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    if (!stream.isTTY) return;
    const format = '{title} {bar} {value}/{total}, {eta_formatted} left';
    this.bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  }

  start(title: string, total: number): void {
    this.bar?.start(total, 0, { title });
  }

  step(count = 1): void {
    this.bar?.increment(count);
  }

  stop(): void {
    this.bar?.stop();
  }
}
