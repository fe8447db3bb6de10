// `npm run docs:images`: the pictures of the observatory in the documentation, of made-up transcripts.
import { join } from 'node:path';

import { it } from '@jest/globals';

import { aPerson } from '../support/people.js';
import { startTestApp } from '../support/test-app.js';
import { conversationWhen, Script, TranscriptFolder } from '../support/transcripts.js';
import { Browser, narrow, wide } from './support/browser.js';
import { logInToObservatory } from './support/observatory.js';
import { aFullConversation, calls, writeSamples } from './support/transcript-story.js';

const folder = process.env['IMAGES_FOLDER'] ?? join(import.meta.dirname, '../../docs/images');
const isDraft = process.env['IMAGES_FOLDER'] !== undefined;

const questions = [
  'Why does the printer stop at column 31?',
  'Write a test for the store of a thousand numbers',
  'Explain the difference engine to a new colleague',
  'Rename the operation cards, they confuse everyone',
  'Which wheels wear out first? Make a table of them',
  'The mill divides by zero when the bell rings',
];

it('takes the pictures of the observatory', async () => {
  const transcripts = await TranscriptFolder.make();
  const now = Date.now();
  const sessionId = '0198a2f0-1111-4222-8333-444455556666';
  await transcripts.write(`-srv-engine/${sessionId}.jsonl`, aFullConversation(sessionId, now - 60_000));
  await writeSamples(transcripts);
  for (const [index, question] of questions.entries()) {
    const cwd = index % 2 === 0 ? '/srv/engine' : '/srv/difference-engine';
    const script = new Script(
      crypto.randomUUID(),
      { cwd, gitBranch: index === 2 ? 'docs' : 'main' },
      now - (index + 1) * 3_700_000,
    );
    const lines = [
      script.asks(question),
      ...calls(script, ['Read', { file_path: `${cwd}/README.md` }, 'text']),
      script.answers('Done.'),
    ];
    await transcripts.write(`${cwd.replaceAll('/', '-')}/${script.sessionId}.jsonl`, lines);
  }
  await transcripts.append('-srv-engine/broken.jsonl', '{"type": "user", "mess\n').catch(() => undefined);
  const app = await startTestApp({ TRANSCRIPTS_PATH: transcripts.root });
  const ada = await aPerson(app, { username: 'ada', displayName: 'Ada Lovelace' });
  const { id } = await conversationWhen(ada.api, sessionId, ({ title }) => title?.startsWith('Mend') === true);
  const browser = await Browser.start(app.url);
  try {
    const first = await logInToObservatory(browser, ada);
    await first.close();
    for (const size of [wide, narrow]) {
      const page = await browser.open(`/observatory#/conversations/${id}`, (opened) => opened.setViewportSize(size));
      await page.getByText('End of the conversation').waitFor();
      await page.locator('.live-state[data-state="online"]').waitFor();
      await page.locator('.call', { hasText: 'Edit' }).locator('summary').click();
      const script = new Script(crypto.randomUUID(), { cwd: '/srv/difference-engine' }, now);
      await transcripts.write(`-srv-difference-engine/${script.sessionId}.jsonl`, [
        script.asks('How many columns does the printer need?'),
        ...calls(script, ['Bash', { command: 'wc -l columns.txt' }, '50']),
        script.answers('Fifty: forty-nine numbers, and one for the sign.'),
      ]);
      if (size === wide) await page.locator('.feed-preview', { hasText: 'Fifty' }).waitFor();
      await page.screenshot({ path: join(folder, `observatory-${size.width}.png`) });
      if (isDraft) {
        await page.goto(`${app.url}/observatory#/conversations/${id}/analytics`);
        await page.locator('.numbers').first().waitFor();
        await page.screenshot({ path: join(folder, `observatory-analytics-${size.width}.png`) });
        for (const place of ['', 'status', 'live', 'projects']) {
          await page.goto(`${app.url}/observatory#/${place}`);
          await page.waitForTimeout(300);
          await page.screenshot({
            path: join(folder, `observatory-${place === '' ? 'overview' : place}-${size.width}.png`),
          });
        }
        await page.getByRole('button', { name: 'Switch to the light theme' }).click();
        await page.goto(`${app.url}/observatory#/conversations/${id}`);
        await page.getByText('End of the conversation').waitFor();
        await page.screenshot({ path: join(folder, `observatory-light-${size.width}.png`) });
        await page.getByRole('button', { name: 'Switch to the dark theme' }).click();
      }
      await page.close();
    }
  } catch (error) {
    for (const [i, p] of browser.context.pages().entries()) {
      if (!p.url().startsWith('http')) continue;
      await p.screenshot({ path: `/tmp/obsimg/fail-${i}.png` });
      process.stderr.write(p.url() + '\n');
    }
    process.stderr.write(browser.faults.join('\n'));
    throw error;
  } finally {
    await browser.stop();
    await app.stop();
    await transcripts.remove();
  }
}, 120_000);
