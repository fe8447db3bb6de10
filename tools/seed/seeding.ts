import type { UserId } from '../../src/common/ids.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import type { MembershipRecord } from '../../src/groups/membership.schema.js';
import type { PlacedOperation } from '../../src/messages/log/log-operation.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';
import type { IndexedMessage } from '../../src/search/search-entry.js';
import { termsVersion } from '../../src/search/terms.js';
import type { Progress } from '../support/progress.js';
import type { Arguments } from './arguments.js';
import { conversation } from './conversation.js';
import { aGroup, aUser, memberships, type Setting } from './people.js';
import { planGroups, type PlannedGroup } from './plan.js';
import { Random } from './random.js';
import type { SeedDatabase } from './seed-database.js';

/** What was filled in. */
export interface Seeded {
  users: number;
  groups: number;
  memberships: number;
  messages: number;
  seconds: number;
  /** Of these, for the indexes, which are made in the end. */
  indexSeconds: number;
  messagesPerSecond: number;
  database: string;
  login: { username: string; password: string };
}

/** There are users already. */
export class NotEmptyError extends Error {
  override readonly name = 'NotEmptyError';
}

const batchSize = 1000;
const batchesAtOnce = 4;

/**
 * Fills a database. Logs are as the server writes them: places 1, 2, 3 … without a gap, markers within them; what
 * messages are found by is written along with them.
 *
 * @param texts a log, from which names and words are taken
 * @throws NotEmptyError when there are users already, unless that is wanted
 */
export async function seed(
  database: SeedDatabase,
  args: Arguments,
  texts: { nicks: readonly string[]; lines: readonly string[] },
  progress: Progress,
): Promise<Seeded> {
  if (!args.isIntoExisting && !(await database.users.isEmpty())) {
    throw new NotEmptyError(`There are users in ${database.name} already. To add to them: --into-existing`);
  }
  const startedAt = performance.now();
  const random = new Random(args.seed);
  const setting: Setting = {
    seed: args.seed,
    passwordHash: await database.hash(args.password),
    nicks: texts.nicks,
    words: wordsOf(texts.lines),
  };
  const userIds: UserId[] = [];
  let firstUsername = '';
  progress.start('people  ', args.users);
  for (let first = 0; first < args.users; first += batchSize) {
    const size = Math.min(batchSize, args.users - first);
    const users = Array.from({ length: size }, (_, index) => aUser(first + index, setting, random));
    await database.users.insertMany(users);
    userIds.push(...users.map(({ _id }) => _id));
    if (first === 0) firstUsername = users[0]?.username ?? '';
    progress.step(size);
  }
  progress.stop();

  const planned = planGroups(args, random);
  const groups = planned.map((group, index) => aGroup(index, group, userIds, setting, random));
  const membershipCount = await storeGroups(database, groups, planned, userIds, { random, progress });
  await storeMessages(database, groups, planned, userIds, { lines: texts.lines, random, progress });
  const storedAt = performance.now();
  progress.start('indexes ', 1);
  await database.indexes.build();
  progress.stop();

  const seconds = (performance.now() - startedAt) / 1000;
  return {
    users: args.users,
    groups: args.groups,
    memberships: membershipCount,
    messages: args.messages,
    seconds: rounded(seconds),
    indexSeconds: rounded((performance.now() - storedAt) / 1000),
    messagesPerSecond: Math.round(args.messages / seconds),
    database: database.name,
    login: { username: firstUsername, password: args.password },
  };
}

/** Memberships first: until a group is there, nobody sees any of it. */
async function storeGroups(
  database: SeedDatabase,
  groups: readonly GroupRecord[],
  planned: readonly PlannedGroup[],
  userIds: readonly UserId[],
  { random, progress }: { random: Random; progress: Progress },
): Promise<number> {
  let count = 0;
  let waiting: MembershipRecord[] = [];
  progress.start('groups  ', groups.length);
  const store = async () => {
    await database.memberships.insertMany(waiting);
    count += waiting.length;
    waiting = [];
  };
  for (const [index, group] of groups.entries()) {
    for (const membership of memberships(group, planned[index] ?? nothing, userIds, random)) {
      waiting.push(membership);
      if (waiting.length === batchSize) await store();
    }
    progress.step();
  }
  await store();
  for (let first = 0; first < groups.length; first += batchSize) {
    await database.groups.insertMany(groups.slice(first, first + batchSize));
  }
  progress.stop();
  return count;
}

const nothing: PlannedGroup = { kind: 'group', members: [], messages: 0 };

async function storeMessages(
  { log, entries, progress: noted }: SeedDatabase,
  groups: readonly GroupRecord[],
  planned: readonly PlannedGroup[],
  userIds: readonly UserId[],
  { lines, random, progress }: { lines: readonly string[]; random: Random; progress: Progress },
): Promise<void> {
  const total = planned.reduce((sum, { messages }) => sum + messages, 0);
  progress.start('messages', total);
  // A write mostly waits for the journal: meanwhile others are made and written.
  const writing: Promise<unknown>[] = [];
  const write = async (batch: readonly PlacedOperation[]) => {
    if (writing.length === batchesAtOnce) await writing.shift();
    const stored = Promise.all([writeLog(log, batch), entries.write(batch.map(({ record }) => toIndexed(record)))]);
    // Its failure is told when it is waited for.
    stored.catch(() => undefined);
    writing.push(stored);
    progress.step(batch.length);
  };
  let batch: PlacedOperation[] = [];
  for (const [index, group] of groups.entries()) {
    const { members, messages } = planned[index] ?? nothing;
    const memberIds = members.flatMap((member) => userIds[member] ?? []);
    for (const operation of conversation(group, { messages, memberIds, lines }, random)) {
      batch.push(operation);
      if (batch.length < batchSize) continue;
      await write(batch);
      batch = [];
    }
  }
  await write(batch);
  await Promise.all(writing);
  await noted.save(
    groups.map(({ _id, epoch }, index) => ({ _id, epoch, termsVersion, rev: planned[index]?.messages ?? 0 })),
  );
  progress.stop();
}

async function writeLog(log: SeedDatabase['log'], batch: readonly PlacedOperation[]): Promise<void> {
  if (batch.length === 0) return;
  const result = await log.write(batch);
  if (result.status !== 'complete') throw new Error('somebody else writes the same messages');
}

function toIndexed({ _id, groupId, seq, rev, senderId, createdAt, content }: MessageRecord): IndexedMessage {
  return { messageId: _id, groupId, seq, rev, senderId, createdAt, content, hasAttachment: false, isNew: true };
}

/** Words long enough to name something by. */
function wordsOf(lines: readonly string[]): string[] {
  return [...new Set(lines.flatMap((line) => line.toLowerCase().match(/\b[a-z]{4,10}\b/g) ?? []))];
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
