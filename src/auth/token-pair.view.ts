import { ApiProperty } from '@nestjs/swagger';

import type { TokenPairView } from '../../contract/views.js';
import { OwnUser } from '../users/user.view.js';

export class TokenPair implements TokenPairView {
  @ApiProperty({ type: OwnUser }) user!: OwnUser;
  @ApiProperty() accessToken!: string;
  @ApiProperty() refreshToken!: string;
  @ApiProperty({ enum: ['Bearer'] }) tokenType!: 'Bearer';
  @ApiProperty({ description: 'Seconds until the access token expires', example: 1800 }) expiresIn!: number;
}
