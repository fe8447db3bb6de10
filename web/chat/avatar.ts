import type { Presence } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { icon } from './icons.js';
import type { Pictures } from './pictures.js';
import type { Person } from './people.js';

/** As many as page.css has colours (`.tint-0` …). */
const tints = 8;

export const presenceWords: Record<Presence, string> = {
  online: 'online',
  away: 'away',
  dnd: 'do not disturb',
  offline: 'offline',
};

/** Always the same colour for the same name. */
export function tintOf(name: string): string {
  let hash = 0;
  for (const character of name) hash = (hash * 33 + (character.codePointAt(0) ?? 0)) % 1009;
  return `tint-${hash % tints}`;
}

/** `AL` of "Ada Lovelace", `TU` of "TestUser". */
export function initialsOf(name: string): string {
  const words = name.match(/\p{Lu}\p{Ll}+|[\p{L}\p{N}]+/gu) ?? [];
  const [first = '?', last = ''] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return (first.slice(0, 1) + last.slice(0, 1)).toUpperCase();
}

/** Decoration: whose it is stands beside it in words. */
export function personAvatar(person: Person, pictures: Pictures, options: { hasPresence?: boolean } = {}): HTMLElement {
  const avatar = element(
    'span',
    { class: `avatar ${tintOf(person.username)}`, 'aria-hidden': 'true' },
    initialsOf(person.displayName),
  );
  if (person.avatarUrl !== null) {
    const image = element('img', { class: 'avatar-picture', alt: '' });
    image.addEventListener('load', () => {
      avatar.append(image);
    });
    pictures.show(image, person.avatarUrl, () => undefined);
  }
  if (options.hasPresence === true) avatar.append(element('span', { class: `presence presence-${person.presence}` }));
  return avatar;
}

export function groupAvatar(kind: 'group' | 'channel', name: string): HTMLElement {
  return element(
    'span',
    { class: `avatar avatar-group ${tintOf(name)}`, 'aria-hidden': 'true' },
    kind === 'channel' ? icon('hash') : initialsOf(name),
  );
}
