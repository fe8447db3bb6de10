import { Inject, Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { LimitsView } from '../../contract/views.js';
import { AttachmentUsageService } from '../attachments/attachment-usage.service.js';
import { loginPlace } from '../auth/login-place.js';
import type { Actor } from '../common/actor.js';
import { addressKey } from '../common/rate-limits/address-key.js';
import { RateLimits, type RateName } from '../common/rate-limits/rate-limits.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { UsersService } from '../users/users.service.js';

/** Every limit, from the one place where each is set, and where the caller stands. */
@Injectable()
export class LimitsService {
  constructor(
    private readonly rates: RateLimits,
    private readonly users: UsersService,
    private readonly usage: AttachmentUsageService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @param address from which the caller comes: some rates are his, some are its, and that of failed logins is both's */
  async of({ userId }: Actor, address: string | null): Promise<LimitsView> {
    const { username } = await this.users.requireById(userId);
    const { MAX_UPLOAD_BYTES, UPLOAD_QUOTA_BYTES, ATTACHMENT_TYPES } = this.settings;
    const remaining: Record<RateName, number> = {
      requestsPerMinute: this.rates.remaining('requestsPerMinute', userId),
      requestsPerHour: this.rates.remaining('requestsPerHour', userId),
      messagesPerMinute: this.rates.remaining('messagesPerMinute', userId),
      uploadsPerMinute: this.rates.remaining('uploadsPerMinute', userId),
      authPerMinute: this.rates.remaining('authPerMinute', addressKey(address)),
      loginFailures: this.rates.remaining('loginFailures', loginPlace(username, address)),
    };
    return {
      limits,
      rates: (Object.keys(remaining) as RateName[]).map((name) => ({
        name,
        limit: this.rates.rates[name].limit,
        windowSeconds: this.rates.rates[name].windowMs / 1000,
        remaining: remaining[name],
      })),
      uploads: {
        maxBytes: MAX_UPLOAD_BYTES,
        quotaBytes: UPLOAD_QUOTA_BYTES,
        usedBytes: await this.usage.usedBytes(userId),
        types: ATTACHMENT_TYPES,
      },
      connections: { perUser: this.settings.WS_MAX_CONNECTIONS_PER_USER },
      heartbeat: { intervalMs: this.settings.WS_PING_INTERVAL, timeoutMs: this.settings.WS_PONG_TIMEOUT },
    };
  }
}
