import { Injectable } from '@nestjs/common';

import type { DeleteAccountRequest } from '../../contract/requests.js';
import type { Actor } from '../common/actor.js';
import { Problem } from '../common/problem.js';
import { AccountDeletionService } from '../users/account-deletion.service.js';
import { UsersService } from '../users/users.service.js';
import { LoginFailuresService } from './login-failures.service.js';
import { PasswordsService } from './passwords.service.js';
import type { Origin } from './sessions.service.js';

/** What a user does with his account as a whole, for which he shows once more that it is his. */
@Injectable()
export class AccountService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly failures: LoginFailuresService,
    private readonly deletion: AccountDeletionService,
  ) {}

  /**
   * Deletes the actor's account for good.
   *
   * @throws Problem `validation_failed` without the password of an account that has one, `invalid_credentials` with
   *   another, `rate_limited` after too many of those, `conflict` for the last admin
   */
  async delete(actor: Actor, { password }: DeleteAccountRequest, { address }: Origin): Promise<void> {
    const { passwordHash } = await this.users.requireById(actor.userId);
    if (passwordHash !== null) {
      if (password === undefined) throw Problem.field('password', 'is needed to delete this account');
      // Together with the guesses at a change of it.
      await this.failures.count(`password of ${actor.userId}`, address, async () => {
        if (await this.passwords.matches(password, passwordHash)) return;
        throw new Problem('invalid_credentials', 'The password is wrong.');
      });
    }
    await this.deletion.delete(actor.userId);
  }
}
