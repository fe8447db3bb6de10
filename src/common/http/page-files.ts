import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Response } from 'express';

import { packageFolder } from '../package.js';
import { Problem } from '../problem.js';

/** Vite puts a hash of what is in a file into its name. */
const assetLifetime = '365d';

/** Stands in the documents of the pages that ask the API, and is filled in here: `API_PREFIX` is known only at the start. */
const prefixPlace = '<meta name="api-prefix" content="" />';

interface SendFileOptions {
  root: string;
  immutable?: boolean;
  maxAge?: string;
}

/** What a page shows besides what every page does. */
interface PageOptions {
  /** Pictures that it fetched with the reader's token. */
  hasFetchedPictures?: boolean;
}

/** The files of one page of `web/`, as Vite built them: files that know nothing, for everyone. */
export class PageFiles {
  private readonly folder: string;
  private readonly contentSecurityPolicy: string;
  private document: string | null = null;

  /**
   * @param page a folder of `web/`
   * @param apiPrefix where the page finds the REST routes
   */
  constructor(
    page: string,
    private readonly apiPrefix: string,
    options: PageOptions = {},
  ) {
    this.folder = join(packageFolder, 'dist/web', page);
    this.contentSecurityPolicy = policyOf(options);
  }

  sendDocument(response: Response): void {
    response.setHeader('Content-Security-Policy', this.contentSecurityPolicy);
    response.setHeader('Cache-Control', 'no-cache');
    response.type('html').send(this.readDocument());
  }

  /** @throws Problem `not_found` */
  async sendAsset(response: Response, name: string): Promise<void> {
    await sendFile(response, name, { root: join(this.folder, 'assets'), immutable: true, maxAge: assetLifetime });
  }

  private readDocument(): string {
    this.document ??= readFileSync(join(this.folder, 'index.html'), 'utf8').replace(
      prefixPlace,
      `<meta name="api-prefix" content="${this.apiPrefix}" />`,
    );
    return this.document;
  }
}

/**
 * Answers with a file below a folder.
 *
 * @param options of Express' `sendFile`
 * @throws Problem `not_found`
 */
export async function sendFile(response: Response, name: string, options: SendFileOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.sendFile(name, options, (error: Error | undefined) => {
      if (error === undefined || response.headersSent) resolve();
      else reject(new Problem('not_found', 'There is nothing at this address.', { cause: error }));
    });
  });
}

/** Own files only, and requests to this server only: what the page shows goes nowhere else. */
function policyOf({ hasFetchedPictures = false }: PageOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${hasFetchedPictures ? ' blob:' : ''}`,
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
