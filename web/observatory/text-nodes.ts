import { element } from '../shared/dom.js';
import { parseInline, parseText, type TextBlock } from './markdown.js';

/** A text of a dialogue, readable. All of it goes in as text nodes: what looks like HTML is shown as it was written. */
export function textNodes(text: string): HTMLElement[] {
  return parseText(text).map(blockNode);
}

function blockNode(block: TextBlock): HTMLElement {
  switch (block.kind) {
    case 'code':
      return codeBlock(block.text, block.language);
    case 'heading':
      // No heading of the page: what stands in a transcript is not its outline.
      return element('p', { class: 'text-heading', 'data-level': String(block.level) }, ...inlineNodes(block.text));
    case 'quote':
      return element('blockquote', {}, ...inlineNodes(block.text));
    case 'list': {
      const items = block.items.map(({ text, depth }) =>
        element('li', { 'data-depth': String(depth) }, ...inlineNodes(text)),
      );
      return block.isOrdered ? element('ol', { start: String(block.first) }, ...items) : element('ul', {}, ...items);
    }
    case 'paragraph':
      return element('p', {}, ...inlineNodes(block.text));
  }
}

function inlineNodes(text: string): (Node | string)[] {
  const tags = { code: 'code', strong: 'strong', emphasis: 'em' } as const;
  return parseInline(text).map((part) => (part.kind === 'text' ? part.text : element(tags[part.kind], {}, part.text)));
}

/** It scrolls by itself when it is wide, so it must be reachable with the keyboard. */
export function codeBlock(text: string, language = ''): HTMLPreElement {
  return element(
    'pre',
    { tabindex: '0', role: 'group', 'aria-label': language === '' ? 'Code' : `Code, ${language}` },
    element('code', {}, text),
  );
}
