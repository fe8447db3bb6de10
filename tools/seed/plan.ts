import type { GroupKind } from '../../contract/views.js';
import type { Random } from './random.js';

/** Who is in a group, by number, the owner first, and how much is said there. */
export interface PlannedGroup {
  kind: GroupKind;
  members: number[];
  messages: number;
}

const shareOfChannels = 0.02;
const shareOfDirect = 0.4;

/**
 * Groups of realistic sizes: few channels, the first with everyone in it, many small groups, direct conversations. People
 * with small numbers are in many of them. Most is said in the large ones.
 */
export function planGroups(about: { users: number; groups: number; messages: number }, random: Random): PlannedGroup[] {
  const { users, groups } = about;
  const channels = Math.max(1, Math.round(groups * shareOfChannels));
  const direct = Math.round((groups - channels) * shareOfDirect);
  const pairs = new Set<string>();
  const planned = Array.from({ length: groups }, (_, index): PlannedGroup => {
    if (index < channels) {
      const size = Math.round(users / (index + 1) ** 1.2);
      return { kind: 'channel', members: membersOf(size, users, random), messages: 0 };
    }
    const pair = index < channels + direct ? freePair(users, pairs, random) : null;
    if (pair !== null) return { kind: 'direct', members: pair, messages: 0 };
    return { kind: 'group', members: membersOf(3 + random.below(48, 2), users, random), messages: 0 };
  });
  shareOut(about.messages, planned, random);
  return planned;
}

function membersOf(size: number, users: number, random: Random): number[] {
  if (size >= users) return Array.from({ length: users }, (_, index) => index);
  const members = new Set<number>();
  for (let tries = 0; members.size < size && tries < 4 * size; tries += 1) members.add(random.below(users, 2));
  for (let index = 0; members.size < Math.max(2, size); index += 1) members.add(index);
  return [...members];
}

/** Two who have no conversation yet; `null` when they are hard to find. */
function freePair(users: number, taken: Set<string>, random: Random): number[] | null {
  for (let tries = 0; tries < 20; tries += 1) {
    const pair = [random.below(users, 2), random.below(users)].sort((one, other) => one - other);
    const key = pair.join(':');
    if (pair[0] === pair[1] || taken.has(key)) continue;
    taken.add(key);
    return pair;
  }
  return null;
}

/** Gives each group its part of the messages; what is left over by rounding goes to the first. */
function shareOut(messages: number, groups: PlannedGroup[], random: Random): void {
  const weights = groups.map(({ kind, members }, index) => {
    if (kind === 'channel') return 1000 / (index + 1);
    return (kind === 'direct' ? 0.2 : Math.sqrt(members.length)) * (0.2 + 2 * random.next());
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, group] of groups.entries())
    group.messages = Math.floor((messages * (weights[index] ?? 0)) / total);
  const [first] = groups;
  if (first !== undefined) first.messages += messages - groups.reduce((sum, group) => sum + group.messages, 0);
}
