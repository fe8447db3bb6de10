// `npm run docs:images`: the pictures of the dashboard in the documentation, of a server with real traffic. Not a test of
// `npm run test:browser`: it takes as long as it is told to (IMAGES_SECONDS), for the charts to have something to show.
import { join } from 'node:path';

import { it } from '@jest/globals';

import { startTestApp } from '../support/test-app.js';
import { Browser, narrow, wide } from './support/browser.js';
import { BusyDay } from './support/busy-day.js';
import { untilLive } from './support/dashboard.js';

const seconds = Number(process.env['IMAGES_SECONDS'] ?? '330');
const folder = join(import.meta.dirname, '../../docs/images');

it(
  'takes the pictures of the dashboard',
  async () => {
    const app = await startTestApp({ BCRYPT_ROUNDS: '12', SLOW_REQUEST_MS: '200' });
    const day = await BusyDay.begin(app);
    const browser = await Browser.start(app.url);
    try {
      // Somebody watches meanwhile: what is counted in the background is counted for whoever looks.
      await browser.open('/dashboard');
      await day.goOn(seconds);
      for (const [size, height] of [
        [wide, undefined],
        [narrow, 1_700],
      ] as const) {
        const page = await browser.open('/dashboard', (opened) => opened.setViewportSize(size));
        await untilLive(page);
        await page.screenshot({
          path: join(folder, `dashboard-${size.width}.png`),
          fullPage: true,
          ...(height !== undefined && { clip: { x: 0, y: 0, width: size.width, height } }),
        });
        await page.close();
      }
    } finally {
      day.end();
      await browser.stop();
      await app.stop();
    }
  },
  (seconds + 120) * 1_000,
);
