import type { ServerProcess } from '../support/server-process.js';

/** So many lines before the kill its victim is looked up: a pause right before it would let the database put in order what it had left undone. */
const lead = 10;

/** Kills the database under a server in the middle of a log: at lines evenly spread over it, while one is on its way. */
export class Chaos {
  kills = 0;
  private readonly places: ReadonlySet<number>;
  private victim: Promise<number> | undefined;

  /** @param total lines of the log */
  constructor(
    private readonly server: Pick<ServerProcess, 'databasePid'>,
    times: number,
    total: number,
  ) {
    this.places = new Set(Array.from({ length: times }, (_, index) => Math.floor((total * (index + 1)) / (times + 1))));
  }

  /** What to do when the line at `place` has left. */
  async arm(place: number): Promise<(() => void) | undefined> {
    if (this.places.has(place + lead)) {
      this.victim = this.server.databasePid();
      // A failure is told where the victim is needed.
      this.victim.catch(() => undefined);
    }
    if (!this.places.has(place)) return undefined;
    const pid = await (this.victim ?? this.server.databasePid());
    this.victim = undefined;
    // A little later each time, so that the write has not begun, is under way, or is done and not answered yet.
    const delayMs = this.kills % 4;
    return () => {
      setTimeout(() => {
        if (isKilled(pid)) this.kills += 1;
      }, delayMs);
    };
  }
}

/** False when it is gone already. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
