import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { OtherNodes } from '../common/other-nodes.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { SessionsService } from './sessions.service.js';

const intervalMs = 10 * 60_000;

/** Removes expired sessions every ten minutes, on one node for all. */
@Injectable()
export class SessionSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: RepeatedWork;

  constructor(sessions: SessionsService, nodes: OtherNodes) {
    this.sweeping = new RepeatedWork('the sweep of expired sessions', intervalMs, () => sessions.sweep(), {
      job: 'session-sweep',
      nodes,
    });
  }

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweeping.stop();
  }
}
