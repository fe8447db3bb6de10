import { type DynamicModule, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { OnlyNode } from '../common/only-node.js';
import { OtherNodes } from '../common/other-nodes.js';
import type { Settings } from '../config/settings.js';
import { cutModel, cutSchema } from './cut.schema.js';
import { Cuts } from './cuts.js';
import { CutsRepository } from './cuts.repository.js';
import { jobTurnModel, jobTurnSchema } from './job-turn.schema.js';
import { JobTurnsRepository } from './job-turns.repository.js';
import { LinkedNodes } from './linked-nodes.js';
import { NodeMessages } from './node-messages.js';
import { NodeRegistry } from './node-registry.js';
import { nodeModel, nodeSchema } from './node.schema.js';
import { NodesRepository } from './nodes.repository.js';

/** The other nodes, when there are any. */
@Module({})
export class NodesModule {
  static with({ REDIS_URL: redisUrl }: Settings): DynamicModule {
    return redisUrl === undefined
      ? {
          module: NodesModule,
          global: true,
          providers: [{ provide: OtherNodes, useClass: OnlyNode }],
          exports: [OtherNodes],
        }
      : {
          module: NodesModule,
          global: true,
          imports: [
            MongooseModule.forFeature([
              { name: nodeModel, schema: nodeSchema },
              { name: cutModel, schema: cutSchema },
              { name: jobTurnModel, schema: jobTurnSchema },
            ]),
          ],
          providers: [
            NodesRepository,
            CutsRepository,
            JobTurnsRepository,
            NodeRegistry,
            NodeMessages,
            Cuts,
            LinkedNodes,
            { provide: OtherNodes, useExisting: LinkedNodes },
          ],
          exports: [OtherNodes],
        };
  }
}
