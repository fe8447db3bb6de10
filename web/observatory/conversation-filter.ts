import { limits } from '../../contract/limits.js';
import type { ConversationStatus, ConversationView } from '../../contract/observatory.js';

/** Which conversations are wanted; `null` and an empty text ask for nothing. Times are ISO 8601. */
export interface ConversationFilter {
  projectId: string | null;
  status: ConversationStatus | null;
  startDate: string | null;
  endDate: string | null;
  q: string;
}

/** As of now: that one falls silent is told by no event. */
export function statusNow({ status, lastActivityAt }: ConversationView, now: Date): ConversationStatus {
  if (status === 'error' || lastActivityAt === null) return status;
  const silentMs = now.getTime() - new Date(lastActivityAt).getTime();
  return silentMs <= limits.observatory.activeWithinMs ? 'active' : 'completed';
}

/** What the server would say: whether a conversation of which there is news belongs into the list. */
export function isWanted(conversation: ConversationView, wanted: ConversationFilter, now: Date): boolean {
  const { projectId, title, startedAt, lastActivityAt } = conversation;
  if (wanted.projectId !== null && wanted.projectId !== projectId) return false;
  if (wanted.status !== null && wanted.status !== statusNow(conversation, now)) return false;
  // Texts of ISO 8601 in UTC are in the order of their times.
  if (wanted.startDate !== null && (lastActivityAt ?? '') < wanted.startDate) return false;
  if (wanted.endDate !== null && (startedAt === null || startedAt > wanted.endDate)) return false;
  return wanted.q === '' || (title ?? '').toLowerCase().includes(wanted.q.toLowerCase());
}

/** The latest active first, as the server lists them. */
export function byActivity(one: ConversationView, other: ConversationView): number {
  const [first, second] = [one.lastActivityAt ?? '', other.lastActivityAt ?? ''];
  if (first !== second) return first < second ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}
