import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import type { ConversationAnalyticsView, ConversationView } from '../../contract/observatory.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { conversationWhen, Script, statusWhen, TranscriptFolder } from '../support/transcripts.js';
import { accessibilityFaults } from './support/accessibility.js';
import { Browser, narrow, wide } from './support/browser.js';
import { overflowOf } from './support/dashboard.js';
import { logInToObservatory, untilLive } from './support/observatory.js';
import { aFullConversation, writeSamples } from './support/transcript-story.js';

const sessionId = '0198a2f0-1111-4222-8333-444455556666';
const hostile = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;

describe('transcripts, as they are read on the page', () => {
  let folder: TranscriptFolder;
  let app: TestApp;
  let browser: Browser;
  let ada: Person;
  let conversation: ConversationView;
  let hostileConversation: ConversationView;
  let long: ConversationView;
  let rewound: ConversationView;

  beforeAll(async () => {
    folder = await TranscriptFolder.make();
    await writeSamples(folder);
    await folder.write(`-srv-engine/${sessionId}.jsonl`, [
      ...aFullConversation(sessionId, Date.UTC(2026, 0, 2, 10)),
      '{"type": "user", "mess',
    ]);
    const script = new Script(undefined, { cwd: '/srv/other' });
    await folder.write(`-srv-other/${script.sessionId}.jsonl`, [
      script.asks(hostile),
      script.answers([
        { type: 'text', text: `**${hostile}** and \`${hostile}\`` },
        { type: 'tool_use', id: 'toolu_hostile', name: hostile, input: { command: hostile } },
      ]),
    ]);
    const many = new Script(undefined, { cwd: '/srv/other' }, Date.UTC(2026, 0, 1));
    await folder.write(
      `-srv-other/${many.sessionId}.jsonl`,
      Array.from({ length: 450 }, (_, index) => many.asks(`question ${String(index)}`)),
    );
    const twice = new Script(undefined, { cwd: '/srv/other' });
    const first = twice.asks('the question');
    await folder.write(`-srv-other/${twice.sessionId}.jsonl`, [
      first,
      twice.answers('the first answer'),
      twice.asks('the first way'),
      twice.asks('the second way', { parentUuid: first['uuid'] }),
    ]);
    app = await startTestApp({ TRANSCRIPTS_PATH: folder.root });
    browser = await Browser.start(app.url);
    ada = await aPerson(app);
    await statusWhen(ada.api, ({ state }) => state === 'watching');
    conversation = await conversationWhen(ada.api, sessionId, ({ title }) => title?.startsWith('Mend') === true);
    hostileConversation = await conversationWhen(ada.api, script.sessionId);
    long = await conversationWhen(ada.api, many.sessionId, ({ entryCount }) => entryCount === 450);
    rewound = await conversationWhen(ada.api, twice.sessionId);
    const page = await logInToObservatory(browser, ada);
    await page.close();
  }, 60_000);
  afterEach(async () => {
    await browser.closePages();
    expect(browser.faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.stop();
    await app.stop();
    await folder.remove();
  });

  async function aPage(place: string, size = wide): Promise<Page> {
    const page = await browser.open(`/observatory${place}`, (opened) => opened.setViewportSize(size));
    await untilLive(page);
    return page;
  }
  async function dialogueOf({ id }: ConversationView, size = wide): Promise<Page> {
    const page = await aPage(`#/conversations/${id}`, size);
    await page.locator('.entry').first().waitFor();
    return page;
  }

  it('shows the projects, and the conversations of the sample files with their counts', async () => {
    const page = await aPage('');
    await page.locator('.pane-projects .row', { hasText: 'tmp' }).click();
    await page.getByRole('heading', { name: 'tmp' }).first().waitFor();
    const { body } = await ada.api.get<{ items: ConversationView[] }>('/conversations?limit=100');
    const wanted = body.items.filter(({ sessionId: id }) => ['test_session', 'todowrite_session'].includes(id));
    expect(wanted.length).toBeGreaterThan(0);
    const rows = page.locator('.pane-conversations .row');
    for (const { title, messageCount, toolCallCount } of wanted) {
      const row = rows.filter({ hasText: title!.slice(0, 60) });
      await row.waitFor();
      expect(await row.textContent()).toContain(
        `${String(messageCount)} messages · ${String(toolCallCount)} tool call`,
      );
    }
    const project = page.locator('.pane-projects .row[aria-current]');
    expect(await project.textContent()).toContain(`${String(await rows.count())} conversation`);
  });

  it('shows a dialogue with its calls in one line, which open to what went in and what came out', async () => {
    const page = await dialogueOf(conversation);
    const call = page.locator('.call', { hasText: 'npm test -- gearbox' });
    expect(await call.locator('summary').textContent()).toBe('Bashnpm test -- gearbox✖ failed 1 s');
    const result = call.getByText('expected 10000, received 9999');
    expect(await result.count()).toBe(0);
    await call.locator('summary').click();
    await result.waitFor();
    await call.getByText('Run the failing test').waitFor();

    const long = page.locator('.call', { hasText: '/srv/engine' }).or(page.locator('.call')).last();
    await long.locator('summary').click();
    await long.getByRole('button', { name: /^Show all/ }).click();
    await long.getByText('✓ test 214').waitFor();

    await page.locator('.folded', { hasText: 'Thinking' }).locator('summary').click();
    expect(await page.locator('.folded .spoken').first().textContent()).toContain('It must be the carry');
    expect(await page.locator('.entry[data-sidechain] .tag').count()).toBeGreaterThan(0);
    await page.getByText('Picture (image/png), not kept').waitFor();
    await page.locator('.entry pre', { hasText: 'export function advance' }).first().waitFor();
  });

  it('says which line of which file could not be understood', async () => {
    const page = await dialogueOf(conversation);
    await page.getByText('1 line could not be understood').click();
    await page
      .getByText(`-srv-engine/${sessionId}.jsonl:${String(aFullConversation(sessionId, 0).length + 1)}`)
      .waitFor();
  });

  it('goes from error to error, and says when there is no further one', async () => {
    const page = await dialogueOf(conversation);
    const next = page.getByRole('button', { name: 'Next error' });
    await next.click();
    expect(await page.evaluate<string>('document.activeElement.textContent')).toContain('npm test -- gearbox');
    await page.keyboard.press('e');
    await eventually(async () =>
      (await page.evaluate<string>('document.activeElement.textContent')).includes('529 Overloaded'),
    );
    await page.keyboard.press('e');
    await page.getByText('No further error').waitFor();
  });

  it('shows the same lines as a tree', async () => {
    const page = await dialogueOf(conversation);
    await page.getByText('End of the conversation').waitFor();
    const lines = await page.locator('.entry').count();
    await page.getByLabel('Order of the lines').selectOption('tree');
    await page.getByText('End of the conversation').waitFor();
    expect(await page.locator('.entry').count()).toBe(lines);
  });

  it('says in the tree where a conversation was rewound', async () => {
    const page = await dialogueOf(rewound);
    await page.getByText('End of the conversation').waitFor();
    expect(await page.locator('.branch').count()).toBe(0);
    await page.getByLabel('Order of the lines').selectOption('tree');
    await page.locator('.entry', { hasText: 'Another branch' }).getByText('the second way').waitFor();
    expect(await page.locator('.branch').count()).toBe(1);
  });

  it('loads a long conversation as it is read, and all of it on the way to its end', async () => {
    const page = await dialogueOf(long);
    await page.getByText(/lines loaded, more below/).waitFor();
    expect(await page.locator('.entry').count()).toBeLessThan(450);
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.getByText('End of the conversation, 450 lines').waitFor();
    await page.getByText('question 449').waitFor();
    expect(await page.locator('.entry').count()).toBe(450);
  });

  it('shows the numbers that the API gives', async () => {
    const { body } = await ada.api.get<ConversationAnalyticsView>(`/conversations/${conversation.id}/analytics`);
    const page = await aPage(`#/conversations/${conversation.id}/analytics`);
    const tile = (name: string) =>
      page
        .locator('.tile')
        .filter({ has: page.getByText(name, { exact: true }) })
        .locator('.tile-value')
        .textContent();
    await page.locator('.numbers').first().waitFor();
    expect(await tile('Turns')).toBe(String(body.turns.count));
    expect(await tile('Errors')).toBe(String(body.errors));
    expect(await tile('Messages')).toBe(String(body.messages.user + body.messages.assistant));
    expect(await tile('Tokens out')).toBe(String(body.tokens.outputTokens));
    expect(await tile('From the cache')).toBe(`${String(Math.round(body.tokens.cacheShare! * 100))}%`);
    const rows = await page.getByRole('region', { name: 'Tools' }).locator('tbody tr').allTextContents();
    expect(rows).toHaveLength(body.tools.length);
    for (const [index, { name, calls, failures }] of body.tools.entries()) {
      expect(rows[index]).toMatch(new RegExp(`^${name}${String(calls)}${String(failures)}`));
    }
    await page.locator('.u-over').waitFor();
  });

  it('finds conversations by text, by status and by day', async () => {
    const page = await aPage('');
    const rows = page.locator('.pane-conversations .row');
    const titles = () => rows.locator('.row-title').allTextContents();
    await page.keyboard.press('/');
    await page.keyboard.type('GEARBOX');
    await eventually(async () => (await titles()).join() === 'Mend the gearbox that skips a tooth');
    await page.getByLabel('Status').selectOption('active');
    await page.getByText('No conversation fits.').waitFor();
    await page.getByLabel('Status').selectOption('completed');
    await eventually(async () => (await titles()).length === 1);
    await page.getByText('Dates').click();
    await page.getByLabel('To', { exact: true }).fill('2025-12-31');
    await page.getByText('No conversation fits.').waitFor();
  });

  it('can be used with the keyboard', async () => {
    const page = await aPage('');
    await page.locator('.pane-conversations .row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const focused = () => page.evaluate<string>('document.activeElement.dataset.id');
    const second = await page.locator('.pane-conversations .row').nth(1).getAttribute('data-id');
    expect(await focused()).toBe(second);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/observatory#/conversations/${second!}`);
    await page.locator('.entry').first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(/#\/(projects\/.*)?$/);
    await eventually(async () => (await focused()) === second);
  });

  it('leaves what looks like HTML the text that it is', async () => {
    const page = await dialogueOf(hostileConversation);
    await page.locator('.call summary').click();
    for (const place of ['.spoken strong', '.spoken code', '.call-name', '.call-body', '.reading-title']) {
      expect(await page.locator(place).first().textContent()).toContain(hostile);
    }
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Confab observatory');
  });

  it.each([
    ['dark', wide, ['analytics', 'status']],
    ['light', narrow, ['analytics', 'live', 'projects']],
    ['light', wide, []],
    ['dark', narrow, []],
  ] as const)('passes axe-core: %s, %j', async (colorScheme, size, others) => {
    const place = `/observatory#/conversations/${conversation.id}`;
    const page = await browser.open(place, async (opened) => {
      await opened.emulateMedia({ colorScheme });
      await opened.setViewportSize(size);
    });
    await page.getByText('End of the conversation').waitFor();
    await page.locator('.call summary').first().click();
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const other of others) {
      await page.goto(`${app.url}${other === 'analytics' ? `${place}/analytics` : `/observatory#/${other}`}`);
      await page.locator('.pane-reading > *').first().waitFor({ state: 'attached' });
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });

  it.each([wide, narrow])('does not scroll sideways at $width px', async (size) => {
    for (const { id } of [conversation, hostileConversation]) {
      const page = await dialogueOf({ id } as ConversationView, size);
      expect(await overflowOf(page)).toBe(0);
      for (const place of [`conversations/${id}/analytics`, 'status', '', 'live', 'projects']) {
        await page.goto(`${app.url}/observatory#/${place}`);
        await page.locator('.pane-reading > *').first().waitFor({ state: 'attached' });
        expect(await overflowOf(page)).toBe(0);
      }
      await page.close();
    }
  });
});
