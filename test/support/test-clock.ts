import { Clock } from '../../src/common/clock.js';
import type { TestApp } from './test-app.js';

/** The clock of one server, which runs as usual but can be set forward. */
export interface TestClock {
  advance(ms: number): void;
}

export function takeClock({ app }: Pick<TestApp, 'app'>): TestClock {
  let aheadMs = 0;
  app.get(Clock).now = () => new Date(Date.now() + aheadMs);
  return {
    advance: (ms) => {
      aheadMs += ms;
    },
  };
}
