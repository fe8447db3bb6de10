import { createHash } from 'node:crypto';
import { basename } from 'node:path';

import { limits } from '../../contract/limits.js';
import { parseLog, type ChatLine } from '../support/irc-log.js';
import { usernamesOf } from '../support/usernames.js';
import { CannotDoError, UsageError } from '../support/usage-error.js';
import { SkippedLines, type ImportSource, type SourceMessage, type SourcePerson } from './import-source.js';
import { readText } from './read-text.js';

const minuteMs = 60_000;

/**
 * A day of an IRC log. Its lines have the time of day only, in UTC: the day is given, or stands in the file's name.
 *
 * @throws UsageError without a day, CannotDoError when nothing in it is a line of a log
 */
export async function readIrc(
  path: string,
  options: { date: string | undefined; replies: string | undefined; kind: 'group' | 'channel' },
): Promise<ImportSource> {
  const text = await readText(path);
  const annotation = options.replies ?? path.replace(/\.raw\.txt$/, '.replies.txt');
  const replies = annotation === path ? '' : await readText(annotation, options.replies === undefined);
  const log = parseLog(text, replies);
  if (log.chat.length === 0) throw new CannotDoError(`${path} has no line of the form [HH:MM] <nick> text.`);
  const midnight = dayOf(path, options.date);
  const skipped = new SkippedLines();
  for (const line of log.unknownLines) skipped.add(line + 1, 'no line of an IRC log');
  for (const line of log.emptyLines) skipped.add(line + 1, 'nothing was said');

  // The beginning of a log tells it from others: so it may have another name, or have grown.
  const origin = createHash('sha256')
    .update(`${midnight.toISOString()}\n${log.chat[0]?.nick ?? ''}\n${log.chat[0]?.content ?? ''}`)
    .digest('base64url');
  const keyOf = ({ line, nick, content }: ChatLine) => JSON.stringify(['irc', origin, line, nick, content]);
  const startMs = midnight.getTime() + log.startsAtMinute * minuteMs;
  const tooLong = new Set<number>();
  for (const [place, { line, content }] of log.chat.entries()) {
    if (Array.from(content).length <= limits.message.maxLength) continue;
    tooLong.add(place);
    skipped.add(line + 1, `longer than ${limits.message.maxLength} characters`);
  }

  function* messages(): Generator<SourceMessage> {
    let latestMs = 0;
    for (const [place, chat] of log.chat.entries()) {
      if (tooLong.has(place)) continue;
      // Lines that are a little out of order stand where they stand.
      latestMs = Math.max(latestMs, Math.floor(startMs + chat.atMs));
      const at = new Date(latestMs);
      const answered = chat.replyTo === null || tooLong.has(chat.replyTo) ? undefined : log.chat[chat.replyTo];
      yield {
        key: keyOf(chat),
        line: chat.line + 1,
        sender: chat.nick,
        content: chat.content,
        clientMessageId: null,
        replyTo: answered === undefined ? null : keyOf(answered),
        ...nothingElse,
        createdAt: at,
        updatedAt: at,
      };
    }
  }

  const title = basename(path).replace(/(\.raw)?\.[a-z]+$/i, '');
  return {
    group: {
      key: JSON.stringify(['irc', title]),
      kind: options.kind,
      name: title.slice(0, limits.group.nameMaxLength) || 'IRC',
      description: `An IRC log, imported from ${basename(path)}`.slice(0, limits.group.descriptionMaxLength),
      createdAt: new Date(startMs),
    },
    people: peopleOf([...log.speakers, ...log.onlyActors], midnight),
    members: [],
    total: log.chat.length - tooLong.size,
    lines: log.lines,
    events: log.events,
    skipped,
    notes: [],
    messages,
  };
}

const nothingElse = {
  mentions: [],
  mentionsEveryone: false,
  reactions: [],
  versions: [],
  files: [],
  editedAt: null,
  deletedAt: null,
  pinnedAt: null,
} as const;

function peopleOf(nicks: readonly string[], createdAt: Date): Map<string, SourcePerson> {
  const usernames = usernamesOf(nicks, 'irc');
  const ofNick = (nick: string): SourcePerson => ({
    key: nick,
    username: usernames.get(nick) ?? '',
    knownAs: nick,
    displayName: nick.slice(0, limits.displayName.maxLength),
    isBot: false,
    createdAt,
    isOfGroup: true,
  });
  return new Map(nicks.map((nick) => [nick, ofNick(nick)]));
}

/** Midnight at its beginning. */
function dayOf(path: string, given: string | undefined): Date {
  const named = given ?? /(?<!\d)\d{4}-\d\d-\d\d(?!\d)/.exec(basename(path))?.[0];
  if (named === undefined) {
    throw new UsageError('The lines have no date, and the file none in its name: give it with --date 2008-04-27');
  }
  const day = new Date(`${named}T00:00:00.000Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== named) {
    throw new UsageError(`--date must be a day such as 2008-04-27, not ${named}`);
  }
  return day;
}
