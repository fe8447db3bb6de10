import { Inject, Injectable, Optional } from '@nestjs/common';

import type { RegisterRequest } from '../../contract/requests.js';
import { Problem } from '../common/problem.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { RegistrationInvites } from '../users/registration-invites.js';
import type { UserRecord } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { PasswordsService } from './passwords.service.js';

/** Who may make an account here (REGISTRATION), and the making of it. Users of another issuer are that issuer's to admit. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Optional() private readonly invites?: RegistrationInvites,
  ) {}

  /**
   * Makes an account with a password; with the code of an invitation, whether it was needed or not, its user also comes
   * into the group that it is for.
   *
   * @throws Problem `forbidden` when registration is closed or by invitation, `not_found` or `gone` for a code that is no
   *   good, `conflict` when the name or the address is taken
   */
  async register({ inviteCode, password, ...request }: RegisterRequest): Promise<UserRecord> {
    this.requireOpen(inviteCode);
    // Before the password is hashed, which costs a thousand times as much.
    if (inviteCode !== undefined) await this.invitations().require(inviteCode);
    const passwordHash = await this.passwords.hash(password);
    const { username, email, displayName } = request;
    const pendingInviteCode = inviteCode;
    return this.finish(await this.users.create({ username, email, displayName, passwordHash, pendingInviteCode }));
  }

  /**
   * Ends what a registration by invitation has begun: its user comes into the group. Nobody has a session before that; so
   * when a crash or an outage came in between, his first login goes on with it.
   *
   * @returns the user after it; the same one when there was nothing to be done
   * @throws Problem `not_found` or `gone` when the invitation is no good any more; then there is no account either
   */
  async finish(user: UserRecord): Promise<UserRecord> {
    const { pendingInviteCode } = user;
    if (typeof pendingInviteCode !== 'string') return user;
    await this.letIn(user, pendingInviteCode);
    return this.users.change(user._id, { pendingInviteCode: null });
  }

  private requireOpen(inviteCode: string | undefined): void {
    const { REGISTRATION } = this.settings;
    if (REGISTRATION === 'closed') {
      throw new Problem('forbidden', 'Registration is closed here; ask the operator of this server for an account.');
    }
    if (REGISTRATION === 'invite' && inviteCode === undefined) {
      throw new Problem('forbidden', 'Registration is by invitation: ask a member for one, and send its inviteCode.');
    }
  }

  /** Of two who use up the last use of an invitation, one must not keep the account. */
  private async letIn(user: UserRecord, inviteCode: string): Promise<void> {
    try {
      await this.invitations().accept(user._id, inviteCode);
    } catch (error) {
      if (error instanceof Problem) await this.users.withdraw(user._id);
      throw error;
    }
  }

  private invitations(): RegistrationInvites {
    if (this.invites === undefined) throw new Problem('not_found', 'There is no such invitation.');
    return this.invites;
  }
}
