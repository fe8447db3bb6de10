import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { RegistrationInvites } from '../users/registration-invites.js';
import { UserMemberships } from '../users/user-memberships.js';
import { UsersModule } from '../users/users.module.js';
import { AdminGroupsController } from './admin-groups.controller.js';
import { AdminGroupsService } from './admin-groups.service.js';
import { AttentionController } from './attention.controller.js';
import { DeparturesService } from './departures.service.js';
import { DiscoverService } from './discover.service.js';
import { GroupAccess } from './group-access.js';
import { GroupEpochsService } from './group-epochs.service.js';
import { GroupRecordsModule } from './group-records.module.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { GroupTotalsService } from './group-totals.service.js';
import { HandOverService } from './hand-over.service.js';
import { InvitePreviewsController } from './invite-previews.controller.js';
import { inviteModel, inviteSchema } from './invite.schema.js';
import { InvitesController } from './invites.controller.js';
import { InvitesRepository } from './invites.repository.js';
import { InvitesService } from './invites.service.js';
import { MarkerFloorsService } from './marker-floors.service.js';
import { MarkersController } from './markers.controller.js';
import { MarkersService } from './markers.service.js';
import { MemberCountsService } from './member-counts.service.js';
import { MembersByPresence } from './members-by-presence.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { MembershipChangesService } from './membership-changes.service.js';
import { MutesService } from './mutes.service.js';
import { MyGroupsService } from './my-groups.service.js';
import { NewGroupsService } from './new-groups.service.js';

/**
 * Needs a `GroupLog` and a `GroupTyping`, which the messages module and realtime provide to all; global, because it gives
 * registration its `RegistrationInvites` and users their `UserMemberships`, which ask without knowing who has them.
 */
@Global()
@Module({
  imports: [UsersModule, GroupRecordsModule, MongooseModule.forFeature([{ name: inviteModel, schema: inviteSchema }])],
  controllers: [
    GroupsController,
    MembersController,
    MarkersController,
    InvitesController,
    InvitePreviewsController,
    AttentionController,
    AdminGroupsController,
  ],
  providers: [
    GroupsService,
    NewGroupsService,
    DiscoverService,
    MembersService,
    MembersByPresence,
    MembershipChangesService,
    MemberCountsService,
    HandOverService,
    InvitesService,
    MutesService,
    MarkersService,
    MarkerFloorsService,
    MyGroupsService,
    AdminGroupsService,
    DeparturesService,
    { provide: UserMemberships, useExisting: DeparturesService },
    GroupAccess,
    GroupEpochsService,
    GroupTotalsService,
    InvitesRepository,
    { provide: RegistrationInvites, useExisting: InvitesService },
  ],
  exports: [
    GroupsService,
    NewGroupsService,
    MembersService,
    RegistrationInvites,
    UserMemberships,
    MarkersService,
    MarkerFloorsService,
    MyGroupsService,
    GroupAccess,
    GroupEpochsService,
    GroupTotalsService,
  ],
})
export class GroupsModule {}
