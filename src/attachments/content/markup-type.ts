/** Tags by which browsers take a file for HTML (WHATWG MIME Sniffing, 7.1), whatever else they were told. */
const htmlTags: ReadonlySet<string> = new Set([
  ...['a', 'b', 'body', 'br', 'div', 'font', 'h1', 'head', 'html', 'iframe', 'p', 'script', 'style', 'table', 'title'],
]);

/**
 * Which markup a text is: `image/svg+xml`, `text/html` or `application/xml`; null for any other text. Asked of the
 * beginning alone: text with tags further on is text, and shown as such.
 */
export function markupType(text: string): string | null {
  const { root, isXml } = rootOf(text);
  if (root === 'svg' || root.endsWith(':svg')) return 'image/svg+xml';
  if (htmlTags.has(root)) return 'text/html';
  return isXml ? 'application/xml' : null;
}

/** The name of the first tag, or of the document type, behind whatever may stand before it. */
function rootOf(text: string): { root: string; isXml: boolean } {
  let isXml = false;
  for (let rest = text.trimStart(); ;) {
    if (rest.startsWith('<?')) {
      isXml ||= rest.startsWith('<?xml');
      rest = behind(rest, '?>');
    } else if (rest.startsWith('<!--')) {
      // A comment without an end is HTML to a browser.
      if (!rest.includes('-->')) return { root: 'html', isXml };
      rest = behind(rest, '-->');
    } else {
      const name = /^<(?:!doctype\s+)?([a-z_][\w.:-]*)/i.exec(rest)?.[1] ?? '';
      return { root: name.toLowerCase(), isXml };
    }
  }
}

function behind(text: string, end: string): string {
  const at = text.indexOf(end);
  return at === -1 ? '' : text.slice(at + end.length).trimStart();
}
