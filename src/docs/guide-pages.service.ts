import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Injectable } from '@nestjs/common';

import { packageFolder } from '../common/package.js';
import { Problem } from '../common/problem.js';
import { documentPage } from './document-page.js';
import { addressOf, guides, markdownAddressOf, type Guide } from './guides.js';
import { renderGuide, serveMarkdown } from './markdown.js';

/** Where the build puts the guides, as they lie in the repository, and what their pages need. */
export const documentFolder = join(packageFolder, 'dist/docs');

/** The guides as they are served: rendered when they are first asked for, and kept. They change with the program only. */
@Injectable()
export class GuidePagesService {
  private readonly pages = new Map<string, string>();

  /**
   * @param address of a page, or of its Markdown
   * @throws Problem `not_found`
   */
  require(address: string): { readonly text: string; readonly isMarkdown: boolean } {
    const asMarkdown = guides.find((guide) => markdownAddressOf(guide) === address);
    if (asMarkdown !== undefined) return { text: serveMarkdown(read(asMarkdown), asMarkdown.file), isMarkdown: true };
    const guide = guides.find((one) => addressOf(one) === address);
    if (guide === undefined) throw new Problem('not_found', 'There is no such page.');
    return { text: this.pageOf(guide), isMarkdown: false };
  }

  private pageOf(guide: Guide): string {
    const known = this.pages.get(guide.path);
    if (known !== undefined) return known;
    const { html, parts } = renderGuide(read(guide), guide.file);
    const address = addressOf(guide);
    const source = `<p class="source"><a href="${markdownAddressOf(guide)}">This page as Markdown</a></p>`;
    const page = documentPage({ title: guide.title, address, content: `${html}${source}`, parts });
    this.pages.set(guide.path, page);
    return page;
  }
}

function read({ file }: Guide): string {
  return readFileSync(join(documentFolder, file), 'utf8');
}
