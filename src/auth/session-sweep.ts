import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { RepeatedWork } from '../common/repeated-work.js';
import { SessionsService } from './sessions.service.js';

const intervalMs = 10 * 60_000;

/** Removes expired sessions every ten minutes. Two nodes doing so at once do no harm. */
@Injectable()
export class SessionSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: RepeatedWork;

  constructor(sessions: SessionsService) {
    this.sweeping = new RepeatedWork('the sweep of expired sessions', intervalMs, () => sessions.sweep());
  }

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweeping.stop();
  }
}
