import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

import { requireUuid } from '../ids.js';

/** Checks an id in a path: `@Param('id', IdPipe) id: GroupId`. Answers `validation_failed` when it is not a UUID. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, metadata: ArgumentMetadata): string {
    return requireUuid(value, metadata.data ?? 'id');
  }
}
