import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsUUID } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { CharacterLength } from '../../common/http/character-length.decorator.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';
import { IsTime } from '../../common/http/time.decorator.js';
import { YesOrNo } from '../../common/http/yes-or-no.decorator.js';
import type { GroupId, UserId } from '../../common/ids.js';

const { maxLength, minWordLength, maxWords } = limits.search;

/** Ids are taken in either case. */
function InLowerCase(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
}

export class SearchMessagesQuery extends PageQuery {
  @ApiProperty({
    minLength: 1,
    maxLength,
    example: 'good morning',
    description: [
      `Up to ${String(maxWords)} words, all of which a message must have, without regard to case and accents.`,
      `One of at least ${String(minWordLength)} letters finds words that begin so, a shorter one beside it only itself;`,
      'of text in a script without spaces, any part is found. "In quotes": side by side.',
    ].join(' '),
  })
  @CharacterLength(1, maxLength)
  q!: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'In this group only' })
  @MayBeAbsent()
  @InLowerCase()
  @IsUUID()
  groupId?: GroupId;

  @ApiPropertyOptional({ format: 'uuid', description: 'Sent by this user' })
  @MayBeAbsent()
  @InLowerCase()
  @IsUUID()
  senderId?: UserId;

  @ApiPropertyOptional({ description: 'Carrying files; or, with false, carrying none' })
  @MayBeAbsent()
  @YesOrNo()
  @IsBoolean()
  hasAttachment?: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'Sent at this time or later' })
  @MayBeAbsent()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Sent before this time' })
  @MayBeAbsent()
  @IsTime()
  to?: string;
}
