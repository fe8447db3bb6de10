import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import type { ConversationView, ObservatoryStatusView, ProjectView } from '../../contract/observatory.js';
import { anAdmin } from '../support/admin.js';
import { CuttableNetwork } from '../support/cuttable-network.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { conversationWhen, Script, statusWhen, TranscriptFolder } from '../support/transcripts.js';
import { Browser } from './support/browser.js';
import { fillLogin, logInToObservatory, untilLive } from './support/observatory.js';

describe('the observatory while something happens', () => {
  let folder: TranscriptFolder;
  let app: TestApp;
  let network: CuttableNetwork;
  let browser: Browser;
  let ada: Person;

  beforeAll(async () => {
    folder = await TranscriptFolder.make();
    app = await startTestApp({ TRANSCRIPTS_PATH: folder.root });
    network = await CuttableNetwork.to(app.url);
    browser = await Browser.start(network.url);
    ada = await aPerson(app);
    await statusWhen(ada.api, ({ state }) => state === 'watching');
  }, 60_000);
  afterEach(async () => {
    await browser.closePages();
    await browser.context.clearCookies();
  });
  afterAll(async () => {
    await browser.stop();
    await network.close();
    await app.stop();
    await folder.remove();
  });

  async function aConversation(cwd: string): Promise<{ script: Script; file: string; conversation: ConversationView }> {
    const script = new Script(undefined, { cwd }, Date.now());
    const file = `${cwd.replaceAll('/', '-')}/${script.sessionId}.jsonl`;
    await folder.write(file, [script.asks(`the first question of ${cwd}`)]);
    return { script, file, conversation: await conversationWhen(ada.api, script.sessionId) };
  }
  async function logOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
  }

  it('shows each line that is written: in the dialogue, in the list and in what is happening now', async () => {
    const { script, file, conversation } = await aConversation('/srv/live');
    const page = await logInToObservatory(browser, ada, `#/conversations/${conversation.id}`);
    await page.getByText('End of the conversation, 1 line').waitFor();
    await folder.append(file, [script.answers('A **fresh** answer')]);
    await page.locator('.entry strong', { hasText: 'fresh' }).waitFor();
    await page.locator('.feed-preview', { hasText: 'A **fresh** answer' }).waitFor();
    const row = page.locator('.pane-conversations .row[aria-current]');
    await row.getByText('2 messages').waitFor();
    await page.locator('.reading-facts', { hasText: '2 messages' }).waitFor();

    const id = 'toolu_live';
    await folder.append(file, [script.answers([{ type: 'tool_use', id, name: 'Bash', input: { command: 'make' } }])]);
    await page.locator('.call[data-state="open"]', { hasText: 'make' }).waitFor();
    await folder.append(file, [script.asks([{ type: 'tool_result', tool_use_id: id, content: 'made' }])]);
    await page.locator('.call[data-state="done"]', { hasText: 'make' }).waitFor();
    await logOut(page);
    expect(browser.faults.splice(0)).toEqual([]);
  });

  it('stays at the end of a conversation while one is there', async () => {
    const { script, file, conversation } = await aConversation('/srv/long');
    const lines = Array.from({ length: 120 }, (_, index) => script.asks(`line ${String(index)}\n\nmore`));
    await folder.append(file, lines);
    await conversationWhen(ada.api, script.sessionId, ({ entryCount }) => entryCount === 121);
    const page = await logInToObservatory(browser, ada, `#/conversations/${conversation.id}`);
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.getByText('line 119').waitFor();
    await folder.append(file, [script.answers('the very last')]);
    await page.getByText('the very last').first().waitFor();
    await eventually(() =>
      page.evaluate<boolean>(
        `(() => { const { scrollTop, clientHeight, scrollHeight } = document.querySelector('.reading-scroll'); return scrollTop > 1000 && scrollTop + clientHeight >= scrollHeight - 2; })()`,
      ),
    );
    await logOut(page);
    expect(browser.faults.splice(0)).toEqual([]);
  });

  it('shows what it missed when its connection comes back', async () => {
    const { script, file, conversation } = await aConversation('/srv/away');
    const page = await logInToObservatory(browser, ada, `#/conversations/${conversation.id}`);
    await page.getByText('End of the conversation').waitFor();
    network.cut();
    await page.locator('.live-state:not([data-state="online"])').waitFor();
    await folder.append(file, [script.answers('while nobody heard')]);
    await conversationWhen(ada.api, script.sessionId, ({ messageCount }) => messageCount === 2);
    network.mend();
    await untilLive(page);
    await page.locator('.entry', { hasText: 'while nobody heard' }).waitFor();
    await page.locator('.pane-conversations .row[aria-current]').getByText('2 messages').waitFor();
    await logOut(page);
    // The browser itself notes connections that failed.
    expect(browser.faults.splice(0).filter((fault) => !/net::ERR_|WebSocket connection/.test(fault))).toEqual([]);
  });

  it('lets an admin rename, describe and delete a project, and nobody else', async () => {
    const { conversation } = await aConversation('/srv/mine');
    const place = `#/projects/${conversation.projectId}`;
    const asAda = await logInToObservatory(browser, ada, place);
    await asAda.getByRole('heading', { name: 'mine' }).first().waitFor();
    await asAda.locator('.user-name', { hasText: ada.user.displayName }).waitFor();
    expect(await asAda.locator('.project-buttons').count()).toBe(0);
    await logOut(asAda);

    const page = await logInToObservatory(browser, await anAdmin(app), place);
    await page.getByRole('button', { name: 'Rename or describe' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Ours');
    await page.getByLabel('Description').fill('What we all work on');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.overview h2', { hasText: 'Ours' }).waitFor();
    await page.locator('.pane-projects .row', { hasText: 'Ours' }).waitFor();
    await page.getByText('What we all work on').waitFor();
    const { body } = await ada.api.get<ProjectView>(`/projects/${conversation.projectId}`);
    expect(body).toMatchObject({ name: 'Ours', description: 'What we all work on' });

    await page.getByRole('button', { name: 'Delete project' }).click();
    await page.getByText(/forgets the data, not the files/).waitFor();
    await page.keyboard.press('Escape');
    expect((await ada.api.get(`/projects/${conversation.projectId}`)).status).toBe(200);
    await page.getByRole('button', { name: 'Delete project' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete project' }).click();
    await page.waitForURL(/#\/$/);
    await page.locator('.pane-projects .row', { hasText: 'Ours' }).waitFor({ state: 'detached' });
    expect((await ada.api.get(`/projects/${conversation.projectId}`)).status).toBe(404);
    await logOut(page);
    expect(browser.faults.splice(0)).toEqual([]);
  });

  it('says why somebody is not let in', async () => {
    const page = await browser.open('/observatory');
    await page.getByLabel('Username or e-mail').fill(ada.username);
    await page.getByLabel('Password').fill('wrong horse');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    expect(browser.faults.splice(0).every((fault) => fault.includes('status of 401'))).toBe(true);
  });

  it('says which setting it lacks when no folder is watched', async () => {
    const page = await browser.open('/observatory', (opened) =>
      opened.route('**/observatory/status', async (route) => {
        const response = await route.fetch();
        const status = (await response.json()) as ObservatoryStatusView;
        await route.fulfill({ response, json: { ...status, state: 'off' } satisfies ObservatoryStatusView });
      }),
    );
    await fillLogin(page, ada);
    await page.getByText('No folder is watched. Set TRANSCRIPTS_PATH').waitFor();
    await logOut(page);
    expect(browser.faults.splice(0)).toEqual([]);
  });
});
