import type { MessageId, UserId } from '../../src/common/ids.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import type { PlacedOperation } from '../../src/messages/log/log-operation.js';
import { place } from '../../src/messages/log/placing.js';
import { beginning, durationMs } from './people.js';
import type { Random } from './random.js';

const shareOfReplies = 0.1;
const shareOfReactions = 0.03;
const emoji = ['👍', '😀', '🎉', '❤️'];
/** Who spoke lately goes on, and what was said lately is answered. */
const recent = 30;

/** What is said in a group, in its order: whoever speaks, spread over the year, in lines of a real log. */
export function* conversation(
  group: GroupRecord,
  about: { messages: number; memberIds: readonly UserId[]; lines: readonly string[] },
  random: Random,
): Generator<PlacedOperation> {
  const { messages, memberIds, lines } = about;
  const stepMs = (durationMs - 2_000_000) / messages;
  const ids: MessageId[] = [];
  let sender = random.pick(memberIds, 2);
  let lastAtMs = 0;
  for (let index = 0; index < messages; index += 1) {
    // Later than the one before, so that ids and times are in the order of the log.
    lastAtMs = Math.max(lastAtMs + 1, Math.floor(beginning + 2_000_000 + (index + random.next()) * stepMs));
    const at = new Date(lastAtMs);
    if (random.next() < 0.6) sender = random.pick(memberIds, 2);
    const replyToId = ids.length > 0 && random.next() < shareOfReplies ? random.pick(ids) : null;
    const draft = {
      _id: random.id(at) as MessageId,
      groupId: group._id,
      senderId: sender,
      clientMessageId: null,
      content: aText(lines, random),
      replyToId,
      mentions: [],
    };
    const { operation, record } = place({ kind: 'create', draft }, '', { lastSeq: index, rev: index }, at);
    if (random.next() < shareOfReactions) {
      record.reactions = [{ emoji: random.pick(emoji), userIds: [random.pick(memberIds)] }];
    }
    ids.push(draft._id);
    if (ids.length > recent) ids.shift();
    yield { operation, record };
  }
}

/** A line, sometimes two: more texts than there are lines. */
function aText(lines: readonly string[], random: Random): string {
  const line = random.pick(lines);
  return random.next() < 0.3 ? `${line} ${random.pick(lines)}` : line;
}
