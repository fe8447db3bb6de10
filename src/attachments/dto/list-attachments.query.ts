import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsUUID, Matches } from 'class-validator';

import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';
import type { GroupId, MessageId } from '../../common/ids.js';

function InLowerCase(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
}

const typePattern = /^[a-z]{1,20}(\/[a-z0-9][a-z0-9.+-]{0,100})?$/;

export class AttachmentStatsQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'In this group only' })
  @MayBeAbsent()
  @InLowerCase()
  @IsUUID()
  groupId?: GroupId;
}

export class ListAttachmentsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'In this group only' })
  @MayBeAbsent()
  @InLowerCase()
  @IsUUID()
  groupId?: GroupId;

  @ApiPropertyOptional({ format: 'uuid', description: 'In this message only' })
  @MayBeAbsent()
  @InLowerCase()
  @IsUUID()
  messageId?: MessageId;

  @ApiPropertyOptional({ example: 'image', description: 'A content type, or the first half of one' })
  @MayBeAbsent()
  @InLowerCase()
  @Matches(typePattern, { message: 'type must be a content type such as image or image/png' })
  type?: string;
}
