import { Injectable } from '@nestjs/common';

import type { GroupId } from '../common/ids.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import type { ListedMessage } from '../messages/message.schema.js';
import { SearchProgressRepository } from './search-progress.repository.js';
import { termsVersion } from './terms.js';

/** What the entries of some groups do not have yet. */
export interface LogTails {
  /** Of groups that are a little behind: the messages that changed since, in their latest state. */
  changes: ListedMessage[];
  /** Groups of which more is missing than is worth reading: there the log itself has to answer. */
  farBehind: GroupId[];
}

/** More changes of a group than a node leaves undone in a second. */
const maxTail = 500;

/** What the logs have and the entries have not: both together are exact, however late the entries are. */
@Injectable()
export class LogTailsService {
  constructor(
    private readonly progress: SearchProgressRepository,
    private readonly log: LogReaderService,
  ) {}

  /** As of now. What is read of the entries after this has everything else. */
  async of(groupIds: readonly GroupId[]): Promise<LogTails> {
    const noted = new Map(
      (await this.progress.listByIds(groupIds))
        .filter((record) => record.termsVersion === termsVersion)
        .map(({ _id, rev }) => [_id, rev]),
    );
    const ends = await this.log.latestRevs(groupIds);
    const missing = (groupId: GroupId) => (ends.get(groupId) ?? 0) - (noted.get(groupId) ?? 0);
    const behind = groupIds.filter((groupId) => missing(groupId) > 0);
    // A log that ends before what was indexed of it was put back, or is another one.
    const tails: LogTails = { changes: [], farBehind: groupIds.filter((groupId) => missing(groupId) < 0) };
    await Promise.all(
      behind.map(async (groupId) => {
        const changes = await this.log.changesSince(groupId, noted.get(groupId) ?? 0, maxTail + 1);
        if (changes.length > maxTail) tails.farBehind.push(groupId);
        else tails.changes.push(...changes);
      }),
    );
    return tails;
  }
}
