import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

import type { Actor } from '../actor.js';

/** A request after authentication. */
export interface AuthenticatedRequest extends Request {
  user?: Actor;
}

/** The authenticated actor of a request; every route has one but those marked {@link Open}. */
export const CurrentActor = createParamDecorator((_options: unknown, context: ExecutionContext): Actor => {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (user === undefined) throw new Error('CurrentActor stands on an open route');
  return user;
});
