import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

import { requireId, type GroupId, type MessageId, type SessionId, type UserId } from '../ids.js';

/** Checks an id in a path: `@Param('id', IdPipe) id: GroupId`. Answers `validation_failed` when it is not a UUID. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, GroupId | MessageId | SessionId | UserId> {
  transform(value: unknown, metadata: ArgumentMetadata): GroupId | MessageId | SessionId | UserId {
    return requireId<UserId>(value, metadata.data ?? 'id');
  }
}
