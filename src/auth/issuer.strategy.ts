import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport';
import type { Request } from 'express';

import type { Actor } from '../common/actor.js';
import { AuthenticationService } from './authentication.service.js';
import { registerUnderOwnName } from './own-name.js';

/**
 * Whatever is no token of ours: one of another issuer when such are taken, else the answer that says what is wrong. The
 * algorithms that other issuers use are more than passport-jwt knows.
 */
@Injectable()
export class IssuerStrategy extends PassportStrategy(Strategy, 'issuer') {
  readonly ownName = registerUnderOwnName(this);

  constructor(private readonly authentication: AuthenticationService) {
    super();
  }

  override authenticate(request: Request): void {
    this.validate(request).then(
      (actor) => {
        this.success(actor);
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }

  validate(request: Request): Promise<Actor> {
    return this.authentication.admitRequest(request);
  }
}
