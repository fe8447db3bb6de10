// `npm run docs:images`: the pictures of the observatory in the documentation, of made-up transcripts.
import { join } from 'node:path';

import { it } from '@jest/globals';

import { aPerson } from '../support/people.js';
import { startTestApp } from '../support/test-app.js';
import { conversationWhen, Script, TranscriptFolder } from '../support/transcripts.js';
import { Browser, narrow, wide } from './support/browser.js';
import { logInToObservatory, untilLive } from './support/observatory.js';
import { aFullConversation, calls, writeSamples } from './support/transcript-story.js';

const folder = join(import.meta.dirname, '../../docs/images');

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
  const sessionId = crypto.randomUUID();
  await transcripts.write(`-srv-engine/${sessionId}.jsonl`, aFullConversation(sessionId, now - 60_000));
  await writeSamples(transcripts);
  for (const [index, question] of questions.entries()) {
    const cwd = index % 2 === 0 ? '/srv/engine' : '/srv/difference-engine';
    const script = new Script(crypto.randomUUID(), { cwd }, now - (index + 1) * 3_700_000);
    await transcripts.write(`${cwd.replaceAll('/', '-')}/${script.sessionId}.jsonl`, [
      script.asks(question),
      ...calls(script, ['Read', { file_path: `${cwd}/README.md` }, 'text']),
      script.answers('Done.'),
    ]);
  }
  const app = await startTestApp({ TRANSCRIPTS_PATH: transcripts.root });
  const browser = await Browser.start(app.url);
  try {
    const ada = await aPerson(app, { username: 'ada', displayName: 'Ada Lovelace' });
    const { id } = await conversationWhen(ada.api, sessionId, ({ title }) => title?.startsWith('Mend') === true);
    await (await logInToObservatory(browser, ada)).close();
    for (const size of [wide, narrow]) {
      const page = await browser.open(`/observatory#/conversations/${id}`, async (opened) => {
        await opened.emulateMedia({ colorScheme: 'dark' });
        await opened.setViewportSize(size);
      });
      await untilLive(page);
      await page.getByText('End of the conversation').waitFor();
      const script = new Script(crypto.randomUUID(), { cwd: '/srv/difference-engine' }, now);
      await transcripts.write(`-srv-difference-engine/${script.sessionId}.jsonl`, [
        script.asks('How many columns does the printer need?'),
        ...calls(script, ['Bash', { command: 'wc -l columns.txt' }, '50']),
        script.answers('Fifty: forty-nine numbers, and one for the sign.'),
      ]);
      await page.locator('.feed-preview', { hasText: 'Fifty' }).waitFor({ state: 'attached' });
      await page.screenshot({ path: join(folder, `observatory-${size.width}.png`) });
      await page.close();
    }
  } finally {
    await browser.stop();
    await app.stop();
    await transcripts.remove();
  }
}, 120_000);
