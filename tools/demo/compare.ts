import { isDeepStrictEqual } from 'node:util';

import type { MessageView } from '../../contract/views.js';

/** A line that was sent, and what the server answered. */
export interface SentMessage {
  /** The line of the log. */
  readonly line: number;
  readonly clientMessageId: string;
  readonly authorId: string;
  readonly nick: string;
  readonly content: string;
  readonly replyToId: string | null;
  readonly acknowledged: MessageView;
}

/** The three places where every message is looked for: the acks, the history over REST, the events of a listener. */
export type Copy = 'acknowledged' | 'stored' | 'received';

type DifferenceKind =
  | 'missing'
  | 'unexpected'
  | 'duplicate'
  | 'order'
  | 'gap'
  | 'seq'
  | 'content'
  | 'author'
  | 'reply'
  /** The replies to a message, or their number, are not those of the history. */
  | 'thread'
  /** The read marker, or what is said to be unread, is not what follows from the history. */
  | 'unread'
  /** A word does not find the messages that have it. */
  | 'search'
  /** A picture or its thumbnail is not what it should be, or for whom it should be. */
  | 'picture'
  /** Any other field that is not the same in all three copies. */
  | 'view';

export interface Difference {
  readonly copy: Copy;
  readonly kind: DifferenceKind;
  /** The line of the log; `null` for a message that is none of it. */
  readonly line: number | null;
  readonly seq: number | null;
  readonly detail: string;
}

/** What was sent against the three copies of it; the log was played well when this is empty. */
export function compare(
  sent: readonly SentMessage[],
  copies: { readonly stored: readonly MessageView[]; readonly received: readonly MessageView[] },
): Difference[] {
  return [
    ...compareCopy(
      'acknowledged',
      sent,
      sent.map(({ acknowledged }) => acknowledged),
    ),
    ...compareCopy('stored', sent, copies.stored),
    ...compareCopy('received', sent, copies.received),
  ];
}

/** How many differences of a kind there are. */
export function countOf(differences: readonly Difference[], ...kinds: readonly DifferenceKind[]): number {
  return differences.filter(({ kind }) => kinds.includes(kind)).length;
}

function compareCopy(copy: Copy, sent: readonly SentMessage[], messages: readonly MessageView[]): Difference[] {
  const differences: Difference[] = [];
  const placeOf = new Map(sent.map(({ clientMessageId }, place) => [clientMessageId, place]));
  const seen = new Set<number>();
  let lastPlace = -1;
  let lastSeq = 0;

  for (const message of messages) {
    const place = placeOf.get(message.clientMessageId ?? '');
    const expected = place === undefined ? undefined : sent[place];
    const report = (kind: DifferenceKind, detail: string) => {
      differences.push({ copy, kind, line: expected?.line ?? null, seq: message.seq, detail });
    };

    // A message that comes again has no place in the order, so it says nothing about gaps.
    if (place !== undefined && seen.has(place)) {
      report('duplicate', `message ${message.id} comes a second time`);
      continue;
    }
    if (message.seq > lastSeq + 1) report('gap', `seq ${message.seq} follows ${lastSeq}`);
    if (message.seq < lastSeq + 1) report('seq', `seq ${message.seq} follows ${lastSeq}`);
    lastSeq = message.seq;

    if (place === undefined || expected === undefined) {
      report('unexpected', `message ${message.id} of ${message.sender.displayName} is no line of the log`);
      continue;
    }
    seen.add(place);
    if (place < lastPlace) report('order', `comes after line ${sent[lastPlace]?.line ?? '?'}`);
    lastPlace = place;
    for (const [kind, detail] of compareMessage(expected, message)) report(kind, detail);
  }

  for (const [place, { line, acknowledged }] of sent.entries()) {
    if (seen.has(place)) continue;
    differences.push({ copy, kind: 'missing', line, seq: acknowledged.seq, detail: `message ${acknowledged.id}` });
  }
  return differences;
}

function compareMessage(expected: SentMessage, actual: MessageView): [DifferenceKind, string][] {
  const differences: [DifferenceKind, string][] = [];
  if (actual.content !== expected.content) {
    differences.push(['content', `${JSON.stringify(actual.content)} instead of ${JSON.stringify(expected.content)}`]);
  }
  if (actual.senderId !== expected.authorId || actual.sender.displayName !== expected.nick) {
    differences.push(['author', `by ${actual.sender.displayName} instead of ${expected.nick}`]);
  }
  if (actual.replyToId !== expected.replyToId) {
    differences.push([
      'reply',
      `answers ${actual.replyToId ?? 'nothing'} instead of ${expected.replyToId ?? 'nothing'}`,
    ]);
  }
  if (differences.length === 0 && !isDeepStrictEqual(forAll(actual), forAll(expected.acknowledged))) {
    differences.push(['view', `${JSON.stringify(actual)} instead of ${JSON.stringify(expected.acknowledged)}`]);
  }
  return differences;
}

/** A message without how far it has come, which only its sender is told, and without its replies, which come later. */
function forAll(message: MessageView): MessageView {
  return { ...message, status: null, threadCount: null };
}
