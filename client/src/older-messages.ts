import { limits } from '../../contract/limits.js';
import type { MessagePage } from '../../contract/views.js';
import type { GroupTracker } from './group-tracker.js';
import type { GroupView } from './group-view.js';
import { ProblemError } from './problem-error.js';
import type { RestApi } from './rest-api.js';

/**
 * Reads up to `count` messages before those that a group's view has.
 *
 * @returns how many there were
 * @throws ProblemError `not_a_member` when the group is not the user's, or what refused the request
 */
export async function loadOlderMessages(api: RestApi, tracker: GroupTracker, count: number): Promise<number> {
  let loaded = 0;
  while (loaded < count) {
    const view = await tracker.whenKnown();
    if (view === null) throw notMine(tracker.id);
    if (view.window.firstSeq <= 1) break;
    const added = await loadPage(api, tracker, view, Math.min(limits.page.maxSize, count - loaded));
    if (added === 0) break;
    // The log was replaced meanwhile: what was loaded is gone with the view.
    loaded = added === 'outdated' ? 0 : loaded + added;
  }
  return loaded;
}

async function loadPage(
  api: RestApi,
  tracker: GroupTracker,
  view: GroupView,
  limit: number,
): Promise<number | 'outdated'> {
  const query = `before=${view.window.firstSeq}&limit=${limit}&includeDeleted=true`;
  view.hold();
  try {
    const { items } = await api.get<MessagePage>(`/groups/${tracker.id}/messages?${query}`);
    if (tracker.view !== view) return 'outdated';
    const added = view.addOlder(items);
    tracker.keepAtLeast(view.window.size);
    tracker.touch();
    return added;
  } finally {
    view.release();
  }
}

function notMine(groupId: string): ProblemError {
  return ProblemError.known('not_a_member', `Group ${groupId} is not among yours.`);
}
