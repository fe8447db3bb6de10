/** What somebody said or did in a log: a line that is played. */
export interface ChatLine {
  /** Its place in the file, counted from 0, which is how the annotation counts. */
  readonly line: number;
  readonly nick: string;
  /** What is sent: as the server keeps it, without white space at its ends. An action stands as in the log, `* nick waves`. */
  readonly content: string;
  /** When, in milliseconds since the first line; the lines of a minute are spread evenly over it. */
  readonly atMs: number;
  /** The place in `chat` of the line that this one answers. */
  readonly replyTo: number | null;
}

export interface IrcLog {
  readonly chat: readonly ChatLine[];
  /** Lines in the file (or in the part of it that was asked for). */
  readonly lines: number;
  /** Nicks with a `<nick>` line, and those that only act. */
  readonly speakers: readonly string[];
  readonly onlyActors: readonly string[];
  /** `===` lines: who joins, leaves, or changes the name. They are nobody's message. */
  readonly events: number;
  /** Lines in which somebody said nothing: a message needs a character. */
  readonly empty: number;
  /** Lines that are none of these, and their places in the file. */
  readonly unknown: number;
  readonly unknownLines: readonly number[];
  readonly emptyLines: readonly number[];
  /** Minutes from midnight to the first line that is played. */
  readonly startsAtMinute: number;
  /** Lines whose white space (or byte order mark) at the ends is not kept: the contract trims a message. */
  readonly trimmed: number;
  /** Lines that the annotation says answer another one. */
  readonly annotatedReplies: number;
}

interface Utterance {
  line: number;
  minute: number;
  nick: string;
  isAction: boolean;
  text: string;
}

const spoken = /^\[([01]\d|2[0-3]):([0-5]\d)\] <([^>]+)>(?: (.*))?$/su;
const acted = /^\[([01]\d|2[0-3]):([0-5]\d)\] {2}\* (\S+)(?: (.*))?$/su;

const minutesADay = 24 * 60;
const minuteMs = 60_000;

/**
 * Reads a log of the IRC corpus, and its annotation.
 *
 * @param text `[HH:MM] <nick> text`, `[HH:MM]  * nick action` and `=== event`, one a line
 * @param replies `A B -`: line B answers line A; of several answers of one line the latest is taken
 * @param limit so many lines of the file are read
 */
export function parseLog(text: string, replies = '', limit = Number.POSITIVE_INFINITY): IrcLog {
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > limit) lines.length = limit;

  const utterances: Utterance[] = [];
  const counts = { events: 0, trimmed: 0 };
  const unknownLines: number[] = [];
  const emptyLines: number[] = [];
  for (const [index, line] of lines.entries()) {
    const utterance = parseUtterance(line, index);
    if (utterance === null) {
      if (line.startsWith('===')) counts.events += 1;
      else unknownLines.push(index);
    } else if (utterance.text.trim() === '') emptyLines.push(index);
    else utterances.push(utterance);
  }

  const answers = parseReplies(replies);
  const placeOfLine = new Map(utterances.map(({ line }, place) => [line, place]));
  const times = timesOf(utterances);
  const chat = utterances.map((utterance, place): ChatLine => {
    const content = contentOf(utterance);
    if (content.trim() !== content) counts.trimmed += 1;
    const { line, nick } = utterance;
    const answered = answers.get(line);
    const replyTo = answered === undefined ? null : (placeOfLine.get(answered) ?? null);
    return { line, nick, content: content.trim(), atMs: times[place] ?? 0, replyTo };
  });

  const speakers = new Set(utterances.filter(({ isAction }) => !isAction).map(({ nick }) => nick));
  const actors = new Set(utterances.filter(({ isAction }) => isAction).map(({ nick }) => nick));
  return {
    chat,
    lines: lines.length,
    speakers: [...speakers],
    onlyActors: [...actors].filter((nick) => !speakers.has(nick)),
    ...counts,
    empty: emptyLines.length,
    unknown: unknownLines.length,
    emptyLines,
    unknownLines,
    startsAtMinute: utterances[0]?.minute ?? 0,
    annotatedReplies: [...answers.keys()].filter((line) => line < lines.length).length,
  };
}

/**
 * Reads an annotation: the line that each line answers. `A A` starts a conversation and answers nothing.
 *
 * @returns by the line that answers, the latest line before it that it answers
 */
export function parseReplies(text: string): Map<number, number> {
  const answers = new Map<number, number>();
  for (const [, first, second] of text.matchAll(/^(\d+) (\d+) -/gmu)) {
    const [target, line] = [Number(first), Number(second)];
    if (target < line && target > (answers.get(line) ?? -1)) answers.set(line, target);
  }
  return answers;
}

function parseUtterance(line: string, index: number): Utterance | null {
  const isAction = acted.test(line);
  const [, hours, minutes, nick, text = ''] = (isAction ? acted : spoken).exec(line) ?? [];
  if (nick === undefined) return null;
  return { line: index, minute: Number(hours) * 60 + Number(minutes), nick, isAction, text };
}

/** An action keeps the form it has in the log, so that it can be told from speech and turned back into its line. */
function contentOf({ nick, isAction, text }: Utterance): string {
  return isAction ? `* ${nick} ${text}` : text;
}

/** The stamps have minutes only and start anew at midnight. */
function timesOf(utterances: readonly Utterance[]): number[] {
  const days: number[] = [];
  let midnights = 0;
  for (const [place, { minute }] of utterances.entries()) {
    const before = utterances[place - 1]?.minute ?? minute;
    // Lines that are a little out of order are not a new day.
    if (before - minute > minutesADay / 2) midnights += 1;
    days.push(midnights * minutesADay + minute);
  }
  const first = days[0] ?? 0;
  const lengths = Map.groupBy(days, (minute) => minute);
  const seen = new Map<number, number>();
  return days.map((minute) => {
    const place = seen.get(minute) ?? 0;
    seen.set(minute, place + 1);
    return (minute - first + place / (lengths.get(minute)?.length ?? 1)) * minuteMs;
  });
}
