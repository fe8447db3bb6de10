import { posix } from 'node:path';

import { Marked, Renderer, type Tokens } from 'marked';

import { codeBlock, escapeHtml, scrollable } from './document-page.js';
import { addressOf, guideAddress, guides, markdownAddressOf, references } from './guides.js';

/** Where the pictures of the guides lie in the repository. */
export const imageFolder = 'docs/images';

/** Addresses of this server that become links where a guide names them as code: they work in no viewer of Markdown. */
const servedAddresses = new Set<string>([...references.map(({ address }) => address), guideAddress, '/llms.txt']);

/** A guide as HTML, without a frame. */
export interface RenderedGuide {
  readonly html: string;
  /** Its second-level headings. */
  readonly parts: readonly { readonly id: string; readonly text: string }[];
}

/**
 * Turns a guide into HTML. Links between files of the repository become links between the pages that are served of them;
 * a link to a file that is not served (source code, say) becomes its text.
 *
 * @param file where the Markdown stands, from the root of the repository
 */
export function renderGuide(markdown: string, file: string): RenderedGuide {
  const parts: { id: string; text: string }[] = [];
  const slugs = new Slugs();
  let isInLink = false;
  const plain = new Renderer<string, string>();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const text = this.parser.parseInline(tokens, this.parser.textRenderer);
        const id = slugs.next(text);
        if (depth === 2) parts.push({ id, text: unescapeHtml(text) });
        return `<h${String(depth)} id="${id}">${this.parser.parseInline(tokens)}</h${String(depth)}>\n`;
      },
      link({ href, tokens }) {
        isInLink = true;
        const text = this.parser.parseInline(tokens);
        isInLink = false;
        const address = servedAddress(href, file, addressOf);
        return address === null ? text : `<a href="${escapeHtml(address)}">${text}</a>`;
      },
      image({ href, text }) {
        const address = servedAddress(href, file, addressOf);
        return address === null ? escapeHtml(text) : `<img src="${escapeHtml(address)}" alt="${escapeHtml(text)}">`;
      },
      codespan({ text }) {
        const code = `<code>${escapeHtml(text)}</code>`;
        return servedAddresses.has(text) && !isInLink ? `<a href="${text}">${code}</a>` : code;
      },
      code: ({ text }) => `${codeBlock(text)}\n`,
      table(token: Tokens.Table) {
        return scrollable(plain.table.call(this, token));
      },
      // The guides have none; what looks like it is shown as it is written.
      html: ({ text }) => escapeHtml(text),
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { html, parts };
}

/** The Markdown of a guide as it is served: links between guides lead from one served Markdown to the other. */
export function serveMarkdown(markdown: string, file: string): string {
  return markdown.replaceAll(/\]\(([^()\s]+)\)/g, (link, target: string) => {
    const address = servedAddress(target, file, markdownAddressOf);
    return address === null ? link : `](${address})`;
  });
}

/** @returns null when nothing is served for it */
function servedAddress(target: string, file: string, addressOfGuide: typeof addressOf): string | null {
  if (/^[a-z]+:|^#|^\//.test(target)) return target;
  const [path = '', anchor] = target.split('#', 2);
  const named = posix.join(posix.dirname(file), path);
  if (posix.dirname(named) === imageFolder) return `${guideAddress}/images/${posix.basename(named)}`;
  const guide = guides.find((one) => one.file === named);
  if (guide === undefined) return null;
  return anchor === undefined ? addressOfGuide(guide) : `${addressOfGuide(guide)}#${anchor}`;
}

/** Anchors of headings, as the viewers of Markdown in repositories make them: links to them work here and there. */
class Slugs {
  private readonly taken = new Map<string, number>();

  next(text: string): string {
    const slug = unescapeHtml(text)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const before = this.taken.get(slug) ?? 0;
    this.taken.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${String(before)}`;
  }
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
