import { Injectable } from '@nestjs/common';

import { OtherNodes } from './other-nodes.js';

/** There are no other nodes. */
@Injectable()
export class OnlyNode extends OtherNodes {
  readonly nodeId = 'only';
  readonly isAlone = true;
  readonly isLinked = true;
  readonly isCurrent = true;

  tell(): void {
    // There is nobody to tell.
  }

  cut(work: () => void): Promise<void> {
    work();
    return Promise.resolve();
  }

  takeTurn(): Promise<boolean> {
    return Promise.resolve(true);
  }

  listen(): void {
    // Nobody will say anything.
  }

  listenForDoubt(): void {
    // Nobody else changes anything.
  }

  listenForLoss(): void {
    // What is not said cannot get lost.
  }

  listenForArrival(): void {
    // Nobody will come.
  }

  listenForDeparture(): void {
    // Nobody is there who could go.
  }
}
