import { ApiProperty } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';

import type { MuteRequest } from '../../../contract/requests.js';
import { IsTime } from '../../common/http/time.decorator.js';

export class MuteDto implements MuteRequest {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2099-12-31T23:59:59.000Z',
    description: 'null, or a time that is past, ends it',
  })
  @ValidateIf((_object, value) => value !== null)
  @IsTime()
  until!: string | null;
}
