import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { CreateInviteRequest } from '../../contract/requests.js';
import type { GroupDetailView, InvitePreviewView, InviteView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeOptionalCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { newOperationId, type GroupId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { RegistrationInvites } from '../users/registration-invites.js';
import { UsersService } from '../users/users.service.js';
import { GroupAccess } from './group-access.js';
import { GroupsService } from './groups.service.js';
import type { InviteClaim, InviteRecord } from './invite.schema.js';
import { toInvitePreview, toInviteView } from './invite.view.js';
import { InvitesRepository } from './invites.repository.js';
import { MembershipChangesService } from './membership-changes.service.js';

const listName = 'invites';
/** So often one user's requests may be in each other's way. */
const maxAttempts = 3;

const form = /^[A-Za-z0-9_-]{22}$/;

/** Links by which people join a group that they are not added to by name. */
@Injectable()
export class InvitesService extends RegistrationInvites {
  constructor(
    private readonly invites: InvitesRepository,
    private readonly access: GroupAccess,
    private readonly groups: GroupsService,
    private readonly members: MembershipChangesService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {
    super();
  }

  /**
   * Makes an invitation.
   *
   * @param apiUrl what its link begins with
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `validation_failed` for a time that is no future, and
   *   `conflict` when the group has as many as it may
   */
  async create(actor: Actor, groupId: GroupId, request: CreateInviteRequest, apiUrl: string): Promise<InviteView> {
    await this.access.require(actor, groupId, 'manageInvites');
    const now = this.clock.now();
    const expiresAt = expiryOf(request, now);
    await this.invites.deleteExpired(groupId, new Date(now.getTime() - limits.invite.keptAfterExpiryMs));
    const { maxPerGroup } = limits.invite;
    if ((await this.invites.count(groupId, maxPerGroup)) >= maxPerGroup) {
      throw new Problem('conflict', `The group has ${String(maxPerGroup)} invitations: delete one first.`);
    }
    const invite: InviteRecord = {
      _id: randomBytes(16).toString('base64url'),
      groupId,
      createdBy: actor.userId,
      createdAt: now,
      expiresAt,
      maxUses: request.maxUses ?? null,
      uses: 0,
      claims: [],
    };
    await this.invites.insert(invite);
    return toInviteView(invite, apiUrl);
  }

  /** Those of a group, newest first, also expired ones. @throws Problem `not_found`, `not_a_member` or `forbidden` */
  async list(
    actor: Actor,
    groupId: GroupId,
    page: { limit: number; cursor?: string },
    apiUrl: string,
  ): Promise<Page<InviteView>> {
    await this.access.require(actor, groupId, 'manageInvites');
    const list = listOf(listName, groupId);
    const [createdAt, code] = decodeOptionalCursor(list, page.cursor, ['time', 'string']) ?? [];
    const after = createdAt === undefined || code === undefined ? null : { createdAt, code };
    const rows = await this.invites.listOfGroup(groupId, after, page.limit + 1);
    return toPage(
      rows,
      page.limit,
      (invite) => toInviteView(invite, apiUrl),
      (invite) => encodeCursor(list, [invite.createdAt, invite._id]),
    );
  }

  /** Nobody joins by it any more. @throws Problem `not_found`, `not_a_member` or `forbidden` */
  async delete(actor: Actor, groupId: GroupId, code: string): Promise<void> {
    await this.access.require(actor, groupId, 'manageInvites');
    const isDeleted = await withKnownOutcome(
      () => this.invites.delete(groupId, code),
      async () => (await this.invites.find(code)) === null,
    );
    if (!isDeleted) throw noSuchInvite();
  }

  /**
   * An invitation that can be used now.
   *
   * @throws Problem `not_found` when there is none or its group is closed, `gone` when it has expired or is used up,
   *   or who made it may invite no more
   */
  async require(code: string): Promise<InviteRecord> {
    const invite = await this.find(code);
    if (!isUsable(invite, this.clock.now())) throw noLongerValid();
    await this.requireInviter(invite);
    return invite;
  }

  /** What an invitation is to, for everyone who has it. @throws Problem as {@link require} */
  async preview(code: string): Promise<InvitePreviewView> {
    const invite = await this.require(code);
    return toInvitePreview(invite, await this.access.requireGroup(invite.groupId));
  }

  /**
   * Makes a user a member by an invitation. Who is one already stays so, and uses nothing up; two requests of one user
   * at once use it up once.
   *
   * @throws Problem as {@link require}
   */
  async accept(userId: UserId, code: string): Promise<GroupDetailView> {
    const invite = await this.find(code);
    const { groupId } = invite;
    // When no use can be taken, another request of his may have one: then the next look finds it, or the membership.
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const begun = await this.invites.findClaim(code, userId);
      const isMember = begun === null && (await this.access.isMember(groupId, userId));
      if (!isMember) await this.requireInviter(invite);
      const claim = isMember ? null : (begun ?? (await this.claim(code, userId)));
      if (claim !== null) await this.admit(groupId, claim, code);
      if (isMember || claim !== null) return this.groups.get({ userId }, groupId);
    }
    throw noLongerValid();
  }

  /** Ends what a claim has begun, whether or not a crash or a lost answer came in between. */
  private async admit(groupId: GroupId, claim: InviteClaim, code: string): Promise<void> {
    const { userId, useId } = claim;
    const { membership } = await this.members.add(groupId, userId, 'member', userId, useId);
    // Another way in may have been faster.
    await this.invites.settle(code, claim, membership.admittedBy === useId);
  }

  /** Takes one use; `null` when there is none for this user. */
  private async claim(code: string, userId: UserId): Promise<InviteClaim | null> {
    const claim: InviteClaim = { userId, useId: newOperationId() };
    const isClaimed = await withKnownOutcome(
      () => this.invites.claim(code, claim, this.clock.now()),
      async () => (await this.invites.findClaim(code, userId))?.useId === claim.useId,
    );
    return isClaimed ? claim : null;
  }

  /**
   * An invitation is as good as the right of the one who made it: asked at each use, so that there is no way in by him from
   * the moment in which he is removed, demoted, deactivated or deleted, nor after a crash in that moment.
   */
  private async requireInviter({ groupId, createdBy }: InviteRecord): Promise<void> {
    const inviter = await this.users.findById(createdBy);
    const mayInvite = await this.access.holds(groupId, createdBy, 'manageInvites');
    if (inviter?.isActive !== true || !mayInvite) throw noLongerValid();
  }

  private async find(code: string): Promise<InviteRecord> {
    const invite = form.test(code) ? await this.invites.find(code) : null;
    if (invite === null || (await this.access.findGroup(invite.groupId)) === null) throw noSuchInvite();
    return invite;
  }
}

function isUsable({ expiresAt, maxUses, uses }: InviteRecord, now: Date): boolean {
  return (expiresAt === null || expiresAt > now) && (maxUses === null || uses < maxUses);
}

/** @throws Problem `validation_failed` */
function expiryOf({ expiresIn, expiresAt }: CreateInviteRequest, now: Date): Date | null {
  if (expiresIn !== undefined && expiresAt !== undefined) {
    throw Problem.field('expiresAt', 'cannot be given together with expiresIn');
  }
  if (expiresAt === null) return null;
  if (expiresAt === undefined) {
    return new Date(now.getTime() + (expiresIn ?? limits.invite.defaultLifetimeSeconds) * 1000);
  }
  const at = new Date(expiresAt);
  if (at <= now || at.getTime() > now.getTime() + limits.invite.maxLifetimeSeconds * 1000) {
    throw Problem.field('expiresAt', 'must lie in the future, at most a year from now');
  }
  return at;
}

function noSuchInvite(): Problem {
  return new Problem('not_found', 'There is no such invitation.');
}

function noLongerValid(): Problem {
  return new Problem('gone', 'The invitation has expired, is used up, or was made by somebody who may invite no more.');
}
