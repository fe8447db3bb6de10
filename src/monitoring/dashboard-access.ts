import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { CookieOptions, Request } from 'express';

import type { DashboardAccessView } from '../../contract/dashboard.js';
import { AuthenticationService } from '../auth/authentication.service.js';
import { SessionsService } from '../auth/sessions.service.js';
import { TokensService } from '../auth/tokens.service.js';
import type { Actor } from '../common/actor.js';
import { bearerToken } from '../common/http/bearer-token.js';
import { cookieOf } from '../common/http/cookies.js';
import { Problem } from '../common/problem.js';
import { currentContext } from '../common/request-context.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { AdminAccess } from '../users/admin-access.js';
import type { UserRecord } from '../users/user.schema.js';

/** Of the dashboard, in browsers: they send no header of ours when they open a page. */
export const dashboardCookie = 'confab_dashboard';

/** Who may see how the server is: the dashboard and `/metrics`. The one place that decides it. */
@Injectable()
export class DashboardAccess implements OnApplicationBootstrap {
  private readonly logger = new Logger(DashboardAccess.name);

  constructor(
    private readonly authentication: AuthenticationService,
    private readonly tokens: TokensService,
    private readonly sessions: SessionsService,
    private readonly admins: AdminAccess,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.isProduction && this.settings.DASHBOARD_ACCESS === 'open') {
      this.logger.warn('DASHBOARD_ACCESS is open: whoever reaches this server sees the dashboard and /metrics');
    }
  }

  /**
   * Whether a request may see the dashboard. Of an admin, session and rights are asked of the database each time.
   *
   * @throws Problem `unauthenticated`, `token_expired`, `session_revoked`, or `forbidden` for one who is no admin
   */
  async require(request: Request): Promise<void> {
    await this.admit(request);
  }

  /**
   * The same for `/metrics`, where a machine asks: the secret, if there is one, is good enough in every mode.
   *
   * @throws Problem as {@link require}
   */
  async requireForMetrics(request: Request): Promise<void> {
    if (!this.hasSecret(request)) await this.require(request);
  }

  /** What the page has to do first. Never refuses. */
  async view(request: Request): Promise<DashboardAccessView> {
    const { DASHBOARD_ACCESS: access, API_PREFIX } = this.settings;
    const loginPath = `${API_PREFIX}/auth/login`;
    try {
      const admin = await this.admit(request);
      const user = admin && { userId: admin._id, username: admin.username, role: admin.role };
      return { access, isAllowed: true, user, loginPath };
    } catch (error) {
      if (error instanceof Problem) return { access, isAllowed: false, user: null, loginPath };
      throw error;
    }
  }

  /** Whether a link carries the secret. @returns what the cookie then holds: the secret itself leaves no trace in it */
  cookieForLink(token: string): string | null {
    const { DASHBOARD_ACCESS, DASHBOARD_TOKEN } = this.settings;
    if (DASHBOARD_ACCESS !== 'token' || DASHBOARD_TOKEN === undefined) return null;
    return isSame(token, DASHBOARD_TOKEN) ? traceOf(DASHBOARD_TOKEN) : null;
  }

  /**
   * Begins to show the dashboard to an admin.
   *
   * @param accessToken of the admin's session, with which the cookie ends
   * @returns what the cookie holds
   * @throws Problem `unauthenticated`, `token_expired`, `session_revoked`, `forbidden`
   */
  async begin(accessToken: string): Promise<string> {
    const { actor } = await this.authentication.admit(accessToken);
    await this.admins.require(actor);
    return this.tokens.makeDashboardToken(actor);
  }

  /** Ends the session that the cookie came with, if there is one. */
  async end(request: Request): Promise<void> {
    const cookie = cookieOf(request, dashboardCookie);
    if (this.settings.DASHBOARD_ACCESS !== 'admin' || cookie === undefined) return;
    try {
      const actor = await this.actorOf(cookie);
      await this.sessions.endMine(actor, actor.sessionId);
    } catch (error) {
      // It is over already: what was wished for.
      if (!(error instanceof Problem) || error.code === 'unavailable') throw error;
    }
  }

  cookieOptions(request: Request): CookieOptions {
    const isHttps = request.secure || this.settings.PUBLIC_URL?.startsWith('https:') === true;
    return { httpOnly: true, sameSite: 'strict', secure: isHttps, path: '/' };
  }

  /** @returns the admin that was asked for, where it takes one */
  private async admit(request: Request): Promise<UserRecord | null> {
    const { DASHBOARD_ACCESS } = this.settings;
    if (DASHBOARD_ACCESS === 'admin') return this.requireAdmin(request);
    const isAllowed = DASHBOARD_ACCESS === 'open' || this.hasSecret(request);
    if (!isAllowed) throw notAllowed('Open the dashboard by the link with its token.');
    return null;
  }

  private async requireAdmin(request: Request) {
    const cookie = cookieOf(request, dashboardCookie);
    const actor =
      request.headers.authorization === undefined && cookie !== undefined
        ? await this.actorOf(cookie)
        : await this.authentication.admitRequest(request);
    const context = currentContext();
    if (context !== undefined) context.userId = actor.userId;
    return this.admins.require(actor);
  }

  private actorOf(cookie: string): Promise<Actor> {
    return this.authentication.requireActor(this.tokens.readDashboardToken(cookie));
  }

  private hasSecret(request: Request): boolean {
    const { DASHBOARD_TOKEN } = this.settings;
    if (DASHBOARD_TOKEN === undefined) return false;
    if (isSame(bearerToken(request), DASHBOARD_TOKEN)) return true;
    return isSame(cookieOf(request, dashboardCookie), traceOf(DASHBOARD_TOKEN));
  }
}

/** What the cookie holds in place of the secret: another secret, so that a stolen cookie opens nothing but this. */
function traceOf(secret: string): string {
  return createHmac('sha256', secret).update('confab dashboard').digest('base64url');
}

/** In a time that does not tell how much of it was right. */
function isSame(given: string | undefined, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(wanted));
}

function notAllowed(detail: string): Problem {
  return new Problem('unauthenticated', detail);
}
