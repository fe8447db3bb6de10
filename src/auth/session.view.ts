import { ApiProperty } from '@nestjs/swagger';

import type { SessionView } from '../../contract/views.js';
import type { SessionId } from '../common/ids.js';
import type { IdentityRecord } from './identity.schema.js';
import type { SessionRecord } from './session.schema.js';

export class Session implements SessionView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The User-Agent of the login' }) device!: string | null;
  @ApiProperty({ type: String, nullable: true }) address!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) lastUsedAt!: string;
  @ApiProperty({ description: 'Whether it is the one that asks' }) current!: boolean;
}

/** The one session of whoever comes with tokens of another issuer: it stands for all of them, so it is the one that asks. */
export function toExternalSessionView({ sessionId, revokedUpTo, createdAt }: IdentityRecord, now: Date): SessionView {
  return {
    id: sessionId,
    device: null,
    address: null,
    createdAt: (revokedUpTo ?? createdAt).toISOString(),
    lastUsedAt: now.toISOString(),
    current: true,
  };
}

export function toSessionView(session: SessionRecord, current: SessionId): SessionView {
  return {
    id: session._id,
    device: session.device,
    address: session.address,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    current: session._id === current,
  };
}
