import { styleText } from 'node:util';

import { countOf, type Difference } from './compare.js';
import type { IrcLog } from '../support/irc-log.js';
import type { PictureShown } from './picture.js';
import type { Performance } from './play.js';
import type { SearchesFound } from './searches.js';
import type { ThreadsFound } from './threads.js';
import type { UnreadFound } from './unread.js';

/** Everything that a run says of itself, as `--json` prints it. */
export interface Report {
  isPerfect: boolean;
  log: {
    file: string;
    lines: number;
    messages: number;
    events: number;
    empty: number;
    unknown: number;
    trimmed: number;
  };
  accounts: { speakers: number; onlyActors: number; listeners: number };
  sent: number;
  stored: number;
  received: { live: number; fromHistory: number };
  replies: { annotated: number; set: number };
  /** Messages with replies, and how many of their threads were read whole. */
  threads: { roots: number; read: number };
  /** Places up to which the listener read, each compared with a recount. */
  readSteps: number;
  /** Words of the log that were searched for, and messages found by them, compared with a plain scan. */
  searches: { words: number; found: number };
  /** Bytes of a picture that was sent, and of its thumbnail, as another member fetched them. */
  picture: { bytes: number; thumbnailBytes: number };
  outOfOrder: number;
  gaps: number;
  duplicates: number;
  differences: Difference[];
  interruptions: { databaseKills: number; repeatedSends: number; lostConnections: number };
  seconds: number;
  messagesPerSecond: number;
  ackMs: { p50: number; p99: number; max: number };
}

/** What the comparison found and what happened on the way, as one report. */
export function reportOf(run: {
  file: string;
  log: IrcLog;
  performance: Performance;
  differences: readonly Difference[];
  threads: Pick<ThreadsFound, 'roots' | 'read'>;
  unread: Pick<UnreadFound, 'steps'>;
  searches: Pick<SearchesFound, 'words' | 'found'>;
  picture: Pick<PictureShown, 'bytes' | 'thumbnailBytes'>;
  stored: number;
  received: Report['received'];
  interruptions: Pick<Report['interruptions'], 'databaseKills' | 'lostConnections'>;
}): Report {
  const { log, performance, differences } = run;
  const { sent, seconds } = performance;
  return {
    isPerfect: differences.length === 0,
    log: {
      file: run.file,
      lines: log.lines,
      messages: log.chat.length,
      events: log.events,
      empty: log.empty,
      unknown: log.unknown,
      trimmed: log.trimmed,
    },
    accounts: { speakers: log.speakers.length, onlyActors: log.onlyActors.length, listeners: 1 },
    sent: sent.length,
    stored: run.stored,
    received: run.received,
    replies: { annotated: log.annotatedReplies, set: sent.filter(({ replyToId }) => replyToId !== null).length },
    threads: { roots: run.threads.roots, read: run.threads.read },
    readSteps: run.unread.steps,
    searches: { words: run.searches.words, found: run.searches.found },
    picture: { bytes: run.picture.bytes, thumbnailBytes: run.picture.thumbnailBytes },
    outOfOrder: countOf(differences, 'order', 'seq'),
    gaps: countOf(differences, 'gap'),
    duplicates: countOf(differences, 'duplicate'),
    differences: [...differences],
    interruptions: { ...run.interruptions, repeatedSends: performance.retries },
    seconds: rounded(seconds),
    messagesPerSecond: rounded(sent.length / seconds),
    ackMs: {
      p50: rounded(quantile(performance.latenciesMs, 0.5)),
      p99: rounded(quantile(performance.latenciesMs, 0.99)),
      max: rounded(quantile(performance.latenciesMs, 1)),
    },
  };
}

/** The report for people: a table, and of what differs the first ten. In colour on a terminal that shows it. */
export function printedReport(report: Report): string {
  const { log, accounts, received, replies, interruptions, ackMs, differences } = report;
  const lines = [
    row('lines in the log', log.lines, log.file),
    row('joins, parts and other events', log.events, 'skipped'),
    ...(log.empty > 0 ? [row('lines without a text', log.empty, 'skipped')] : []),
    ...(log.unknown > 0 ? [row('lines of another form', log.unknown, 'skipped')] : []),
    row(
      'lines to send',
      log.messages,
      `${log.trimmed} of them with white space at an end, which a message does not keep`,
    ),
    row(
      'accounts',
      accounts.speakers + accounts.onlyActors,
      `${accounts.speakers} nicks that speak, ${accounts.onlyActors} that only act; and ${accounts.listeners} listener`,
    ),
    row('sent and acknowledged', report.sent),
    row('stored', report.stored, 'read back over REST, page by page'),
    row('received', received.live + received.fromHistory, receivedNote(received)),
    row('replies set', replies.set, `of ${replies.annotated} annotated`),
    row('threads', report.threads.roots, `${report.threads.read} of them read whole, all of them counted`),
    row('read markers moved', report.readSteps, 'unread messages recounted after each'),
    row('words searched for', report.searches.words, `${report.searches.found} messages found, compared with a scan`),
    row('bytes of a picture', report.picture.bytes, pictureNote(report.picture)),
    checkRow('out of order', report.outOfOrder),
    checkRow('gaps', report.gaps),
    checkRow('duplicates', report.duplicates),
    checkRow('wrong threads', countOf(differences, 'thread')),
    checkRow('wrong unread counts', countOf(differences, 'unread')),
    checkRow('wrong searches', countOf(differences, 'search')),
    checkRow('wrong pictures', countOf(differences, 'picture')),
    checkRow('differences', differences.length),
    row('database killed', interruptions.databaseKills),
    row('sends repeated', interruptions.repeatedSends, `connections lost: ${interruptions.lostConnections}`),
    row('seconds', report.seconds),
    row('messages a second', report.messagesPerSecond),
    row('ack latency p50, ms', ackMs.p50),
    row('ack latency p99, ms', ackMs.p99, `longest ${ackMs.max}`),
    '',
    verdict(report),
    ...differences.slice(0, 10).map((difference) => `  ${describe(difference)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** One difference in a line: which copy, what, where, and how. */
function describe({ copy, kind, line, seq, detail }: Difference): string {
  const where = [...(line === null ? [] : [`line ${line}`]), ...(seq === null ? [] : [`seq ${seq}`])].join(', ');
  return `${copy}, ${kind}, ${where}: ${detail}`;
}

function verdict({ isPerfect, differences }: Report): string {
  if (isPerfect) return paint('green', 'The channel holds the log, line for line, and so did the listener hear it.');
  return paint('red', `${differences.length} differences${differences.length > 10 ? ', of which the first ten' : ''}:`);
}

function pictureNote({ thumbnailBytes }: Report['picture']): string {
  return `and ${thumbnailBytes} of its thumbnail, fetched by another member; refused to an outsider`;
}

function receivedNote({ live, fromHistory }: Report['received']): string {
  return fromHistory === 0
    ? 'all of them live, by a listening member'
    : `${live} live, ${fromHistory} from the history after a lost connection`;
}

function row(title: string, value: number, note = ''): string {
  return `${title.padEnd(30)} ${String(value).padStart(8)}${note === '' ? '' : `  ${paint('dim', note)}`}`;
}

function checkRow(title: string, value: number): string {
  return paint(value === 0 ? 'green' : 'red', row(title, value));
}

/** Only on a terminal, and not where NO_COLOR is set. */
function paint(style: 'dim' | 'green' | 'red', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : 0;
}
