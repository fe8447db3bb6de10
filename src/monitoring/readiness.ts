import { Injectable } from '@nestjs/common';

/** What this process is doing, as far as a load balancer needs to know. */
@Injectable()
export class Readiness {
  private current: 'starting' | 'serving' | 'draining' = 'starting';

  get state(): 'starting' | 'serving' | 'draining' {
    return this.current;
  }

  serve(): void {
    this.current = 'serving';
  }

  drain(): void {
    this.current = 'draining';
  }
}
