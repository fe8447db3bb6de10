import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';

import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.js';

/** What the links begin with that are given out. */
@Injectable()
export class PublicUrl {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** Where clients reach the API, without a trailing slash: under `PUBLIC_URL`, else as this request has reached it. */
  api(request: Request): string {
    const { PUBLIC_URL = `${request.protocol}://${request.host}`, API_PREFIX } = this.settings;
    return `${PUBLIC_URL}${API_PREFIX}`;
  }
}
