import { Injectable } from '@nestjs/common';

import type { ChangePasswordRequest, LoginRequest, RegisterRequest } from '../../contract/requests.js';
import type { TokenPairView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Problem } from '../common/problem.js';
import type { UserRecord } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { LoginFailuresService } from './login-failures.service.js';
import { PasswordsService } from './passwords.service.js';
import { RegistrationService } from './registration.service.js';
import type { SessionRecord } from './session.schema.js';
import { SessionsService, type Origin } from './sessions.service.js';
import { TokensService } from './tokens.service.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly tokens: TokensService,
    private readonly passwords: PasswordsService,
    private readonly registration: RegistrationService,
    private readonly failures: LoginFailuresService,
  ) {}

  /** @throws Problem as {@link RegistrationService.register} */
  async register(request: RegisterRequest, origin: Origin): Promise<TokenPairView> {
    const user = await this.registration.register(request);
    return this.greet(user, await this.sessions.begin(user._id, origin));
  }

  /** @throws Problem `invalid_credentials`, in the same time whatever was wrong, or `rate_limited` */
  async login(request: LoginRequest, origin: Origin): Promise<TokenPairView> {
    return this.failures.count(request.login, origin.address, () => this.tryLogin(request, origin));
  }

  /** @throws Problem `unauthenticated`, `token_expired` or `session_revoked` */
  async refresh(refreshToken: string): Promise<TokenPairView> {
    const { sessionId, generation } = this.tokens.readRefreshToken(refreshToken);
    const session = await this.sessions.refresh(sessionId, generation);
    const actor = await this.sessions.requireActor({ userId: session.userId, sessionId });
    return this.tokenPair(await this.users.requireById(actor.userId), session);
  }

  async logout(actor: Actor): Promise<void> {
    await this.sessions.endMine(actor, actor.sessionId);
  }

  async logoutAll(actor: Actor): Promise<void> {
    await this.sessions.endAll(actor.userId, 'logout_all');
  }

  /**
   * Ends all other sessions.
   *
   * @throws Problem `invalid_credentials` when the present password is wrong, or `rate_limited`
   */
  async changePassword(
    actor: Actor,
    { currentPassword, newPassword }: ChangePasswordRequest,
    { address }: Origin,
  ): Promise<void> {
    const user = await this.users.requireById(actor.userId);
    // Counted apart from logins: who has stolen a token shall neither guess on nor lock a login.
    await this.failures.count(`password of ${user._id}`, address, async () => {
      if (await this.passwords.matches(currentPassword, user.passwordHash)) return;
      throw new Problem('invalid_credentials', 'The current password is wrong.');
    });
    await this.users.changePasswordHash(user._id, await this.passwords.hash(newPassword));
    await this.sessions.endAll(user._id, 'password_changed', actor.sessionId);
  }

  private async tryLogin({ login, password }: LoginRequest, origin: Origin): Promise<TokenPairView> {
    const user = await this.users.findByLogin(login);
    const matches = await this.passwords.matches(password, user?.passwordHash ?? null);
    if (!matches || user?.isActive !== true) {
      throw wrongLogin();
    }
    await this.finishRegistration(user);
    const session = await this.sessions.begin(user._id, origin);
    // The password may have been changed while this one was compared, or the account deactivated, and all sessions ended:
    // this one with them.
    const now = await this.users.requireById(user._id);
    if (now.passwordHash !== user.passwordHash || !now.isActive) {
      await this.sessions.endOne(session);
      throw wrongLogin();
    }
    return this.greet(now, session);
  }

  /** An account whose invitation was no good in the end is none. */
  private async finishRegistration(user: UserRecord): Promise<void> {
    try {
      await this.registration.finish(user);
    } catch (error) {
      throw error instanceof Problem ? wrongLogin() : error;
    }
  }

  private async greet(user: UserRecord, session: SessionRecord): Promise<TokenPairView> {
    const lastLoginAt = await this.users.recordLogin(user._id);
    return this.tokenPair({ ...user, lastLoginAt }, session);
  }

  private tokenPair(user: UserRecord, session: SessionRecord): TokenPairView {
    return {
      user: this.users.ownView(user),
      accessToken: this.tokens.makeAccessToken(session, user.role),
      refreshToken: this.tokens.makeRefreshToken(session),
      tokenType: 'Bearer',
      expiresIn: this.tokens.accessTtlSeconds,
    };
  }
}

function wrongLogin(): Problem {
  return new Problem('invalid_credentials', 'There is no account with this name and password.');
}
