import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { groupModel, groupSchema } from './group.schema.js';
import { GroupsRepository } from './groups.repository.js';
import { membershipModel, membershipSchema } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Groups and memberships as stored, for the groups module, and for tools that run without a server. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: groupModel, schema: groupSchema },
      { name: membershipModel, schema: membershipSchema },
    ]),
  ],
  providers: [GroupsRepository, MembershipsRepository],
  exports: [GroupsRepository, MembershipsRepository],
})
export class GroupRecordsModule {}
