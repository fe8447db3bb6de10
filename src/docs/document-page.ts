import { addressOf, guideAddress, guideSections, references } from './guides.js';

/** Nothing but this server's style sheet and pictures, no script at all, and in nobody's frame. */
export const documentPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a page of the documentation shows in the frame that all of them share. */
export interface DocumentPage {
  /** As plain text. */
  readonly title: string;
  /** Where it is served: marked in the navigation. */
  readonly address: string;
  /** HTML, with the page's only `h1`. */
  readonly content: string;
  /** The headings below which its parts stand, for the navigation. */
  readonly parts?: readonly { readonly id: string; readonly text: string }[];
}

/** A whole page, in the look of the documentation. */
export function documentPage({ title, address, content, parts = [] }: DocumentPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${escapeHtml(title)} · Confab</title>
<link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<header class="top">
<a class="skip" href="#page-content">Skip to the text</a>
<a class="home" href="${guideAddress}">Confab</a>
<a class="to-list" href="#page-list">All pages</a>
</header>
<div class="columns">
<main id="page-content" class="content">
${content}
</main>
${navigation(address, parts)}
</div>
</body>
</html>
`;
}

/** A table of any width: it scrolls by itself where the page is narrower. */
export function scrollable(table: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="Table">${table}</div>`;
}

/** @param text as it is; it is escaped here */
export function codeBlock(text: string): string {
  return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function navigation(current: string, parts: NonNullable<DocumentPage['parts']>): string {
  const partList =
    parts.length === 0
      ? ''
      : `<ul>${parts.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`).join('')}</ul>`;
  const item = (address: string, title: string) =>
    address === current
      ? `<li><a href="${address}" aria-current="page">${escapeHtml(title)}</a>${partList}</li>`
      : `<li><a href="${address}">${escapeHtml(title)}</a></li>`;
  const list = (title: string, items: readonly string[]) =>
    `<h2>${escapeHtml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
  const lists = guideSections.map((section) =>
    list(
      section.title,
      section.guides.map((guide) => item(addressOf(guide), guide.title)),
    ),
  );
  lists.push(
    list(
      'Reference',
      references.map(({ address, title }) => item(address, title)),
    ),
  );
  return `<nav id="page-list" class="list" aria-label="All pages">\n${lists.join('\n')}\n</nav>`;
}
