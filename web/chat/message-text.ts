import { element } from '../shared/dom.js';
import { isEmojiOnly, withEmoji } from './emoji.js';
import { textParts, type TextPart } from './text-parts.js';

/** @param mentioned names of those whom the message mentions, in lower case */
export function messageText(content: string, mentioned: ReadonlySet<string>): HTMLElement {
  const isMention = (name: string) => mentioned.has(name.toLowerCase());
  return element(
    'div',
    { class: isEmojiOnly(content) ? 'text text-large' : 'text' },
    ...textParts(content, isMention).flatMap(nodesOf),
  );
}

function nodesOf(part: TextPart): (Node | string)[] {
  switch (part.kind) {
    case 'text':
      return withEmoji(part.text);
    case 'code':
      return [element('code', {}, part.text)];
    case 'block':
      return [element('pre', { tabindex: '0', 'aria-label': 'Code' }, element('code', {}, part.text))];
    case 'strong':
      return [element('strong', {}, part.text)];
    case 'mention':
      return [element('span', { class: 'mention' }, part.text)];
    case 'link':
      // The other site learns nothing of this one, and gets no hold of its window.
      return [element('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, part.text)];
  }
}
