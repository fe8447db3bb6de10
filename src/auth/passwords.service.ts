import { Inject, Injectable } from '@nestjs/common';
import { compare, hash } from 'bcrypt';

import { limits } from '../../contract/limits.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

/** Hashes and checks passwords (bcrypt, in the thread pool). Callers have refused to set one of more than 72 bytes. */
@Injectable()
export class PasswordsService {
  /** Compared against when there is no account, so that its absence cannot be told from the time of the answer. */
  private readonly decoy: Promise<string>;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.decoy = hash('no account has this password', settings.BCRYPT_ROUNDS);
  }

  hash(password: string): Promise<string> {
    return hash(password, this.settings.BCRYPT_ROUNDS);
  }

  /** @param passwordHash `null` when there is no account or it has no password: takes as long, and is false */
  async matches(password: string, passwordHash: string | null): Promise<boolean> {
    const matches = await compare(password, passwordHash ?? (await this.decoy));
    // bcrypt looks at 72 bytes only: without this, the right 72 would match whatever follows them.
    const isWhole = Buffer.byteLength(password) <= limits.password.maxBytes;
    return matches && isWhole && passwordHash !== null;
  }
}
