import type { ObservatoryStatusView, ProblemLineView, WatcherState } from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { bytes, count } from '../shared/format.js';
import { explain } from '../shared/request-json.js';
import type { ObservatoryApi } from './observatory-api.js';
import { problemLines } from './problem-lines.js';
import { tiles, type Tile } from './tiles.js';

export const watcherWords: Record<WatcherState, string> = {
  off: 'off',
  starting: 'starting',
  waiting: 'waiting for the folder',
  scanning: 'reading',
  watching: 'watching',
  failed: 'failed, starts again',
};

/** What to tell where nothing is to be seen, and why; `null` where all is well. */
export function adviceOf({ state }: Pick<ObservatoryStatusView, 'state'>): string | null {
  switch (state) {
    case 'off':
      return 'No folder is watched. Set TRANSCRIPTS_PATH to where Claude Code keeps its transcripts (usually ~/.claude/projects) and start the server again.';
    case 'waiting':
      return 'The folder that TRANSCRIPTS_PATH names is not there yet. It is read as soon as it is.';
    case 'failed':
      return 'Reading has failed. The server starts it again by itself and goes on where it was.';
    default:
      return null;
  }
}

/** How far the transcripts are read, and what in them could not be understood. */
export class StatusView {
  readonly element: HTMLElement;
  private readonly advice = element('p', { class: 'advice', role: 'status' });
  private readonly numbers = element('div', {});
  private readonly problems = element('div', { class: 'status-problems' });
  private readonly more = element('button', { type: 'button', class: 'button', hidden: '' }, 'Show more');
  private listed: ProblemLineView[] = [];
  private nextCursor: string | null = null;

  constructor(private readonly api: ObservatoryApi) {
    this.element = element(
      'div',
      { class: 'reading-scroll status-view', tabindex: '0', role: 'region', 'aria-label': 'Status' },
      this.advice,
      this.numbers,
      element('h3', {}, 'Lines that could not be understood'),
      this.problems,
      this.more,
    );
    this.more.addEventListener('click', () => void this.loadProblems(this.nextCursor));
    void this.loadProblems(null);
  }

  show(status: ObservatoryStatusView): void {
    const advice = adviceOf(status);
    setText(this.advice, advice ?? '');
    this.advice.hidden = advice === null;
    this.numbers.replaceChildren(tiles(tilesOf(status)));
  }

  async loadProblems(cursor: string | null): Promise<void> {
    const answer = await this.api.problems(null, cursor);
    if (answer.kind !== 'ok') {
      setText(this.problems, explain(answer));
      return;
    }
    this.listed = cursor === null ? answer.body.items : [...this.listed, ...answer.body.items];
    this.nextCursor = answer.body.nextCursor;
    this.more.hidden = this.nextCursor === null;
    if (this.listed.length === 0) setText(this.problems, 'None.');
    else this.problems.replaceChildren(problemLines(this.listed));
  }
}

function tilesOf({ state, files, lines, bytes: size, projects, conversations }: ObservatoryStatusView): Tile[] {
  return [
    {
      name: 'Watcher',
      value: watcherWords[state],
      level: state === 'failed' ? 'red' : state === 'watching' ? 'green' : undefined,
    },
    { name: 'Projects', value: count(projects) },
    { name: 'Conversations', value: count(conversations) },
    {
      name: 'Files',
      value: count(files.total),
      note: `${count(files.read)} read, ${count(files.reading)} being read, ${count(files.gone)} gone`,
    },
    { name: 'Unreadable files', value: count(files.unreadable), level: files.unreadable > 0 ? 'orange' : undefined },
    {
      name: 'Lines',
      value: count(lines.total),
      note: `${count(lines.entries)} entries, ${count(lines.summaries)} summaries, ${count(lines.skipped)} skipped, ${count(lines.blank)} blank`,
    },
    { name: 'Not understood', value: count(lines.problems), level: lines.problems > 0 ? 'orange' : undefined },
    { name: 'Read', value: bytes(size.read) },
    { name: 'Not read yet', value: bytes(size.lag) },
  ];
}
