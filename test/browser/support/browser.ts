import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Debian's; `.ci/run` installs it where it is missing. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 390, height: 844 };

/** A headless Chromium with a profile of its own, which notes whatever no page of ours should do. */
export class Browser {
  /** Errors of scripts and on the console, and requests that went to another host, over all pages. */
  readonly faults: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    private readonly profile: string,
    private readonly origin: string,
  ) {}

  /** @param origin the only address that the pages may talk to */
  static async start(origin: string): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), 'confab-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: quiet,
      viewport: wide,
      reducedMotion: 'reduce',
    });
    return new Browser(context, profile, origin);
  }

  async open(path: string, prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.faults.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== this.origin) this.faults.push(`request: ${request.url()}`);
    });
    await prepare?.(page);
    await page.goto(`${this.origin}${path}`);
    return page;
  }

  /** A drawing (SVG) as a PNG. */
  async paint(drawing: string): Promise<Buffer> {
    const page = await this.context.newPage();
    try {
      await page.setContent(drawing);
      return await page.locator('svg').screenshot();
    } finally {
      await page.close();
    }
  }

  async closePages(): Promise<void> {
    await Promise.all(this.context.pages().map((page) => page.close()));
  }

  async stop(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
