import { limits } from '../../contract/limits.js';

/** Controls, and what turns the direction of writing or is not seen: `gpj.exe` could be shown as `exe.jpg`. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What joins the parts of emoji and of some scripts is not seen either, and belongs to them. */
const joiners = /[\u200C\u200D]/;

const longestExtension = 16;

/**
 * The name of a file as it is kept and shown. A name comes from somebody's disk and not from his head: so what cannot stay
 * in it is taken out, and nothing refused. Of a path the last part is left; no control or direction character, no blanks
 * at either end and no dot at the beginning or the end; at most 255 characters, with the extension.
 *
 * @returns an empty string when nothing is left
 */
export function cleanFileName(given: string): string {
  const name = (given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '')
    .replace(unseen, (character) => (joiners.test(character) ? character : ''))
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  return cut(name, limits.attachments.fileNameMaxLength);
}

function cut(name: string, maxLength: number): string {
  const characters = Array.from(name);
  if (characters.length <= maxLength) return name;
  const dot = characters.lastIndexOf('.');
  const extension = dot > 0 && characters.length - dot <= longestExtension ? characters.slice(dot) : [];
  return [...characters.slice(0, maxLength - extension.length), ...extension].join('');
}
