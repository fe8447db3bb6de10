import { limits } from '../../contract/limits.js';

/** The longest piece of a name that is kept for looking it up; longer ones are compared one by one. */
const maxPieceLength = 6;

/** What is unique of a channel's name, and looked up: the same in either case and width. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/**
 * Every part of a name of up to six characters, each once. So what people remember of a name, from its middle as well,
 * is found by one equality, and an index gives the channels that have it in the order of their names.
 */
export function namePiecesOf(nameKey: string): string[] {
  // A name can grow in becoming its key: one letter of it may be a whole phrase, written out.
  const characters = Array.from(nameKey).slice(0, 2 * limits.group.nameMaxLength);
  const pieces = new Set<string>();
  for (const start of characters.keys()) {
    for (const end of range(start + 1, Math.min(start + maxPieceLength, characters.length))) {
      pieces.add(characters.slice(start, end).join(''));
    }
  }
  return [...pieces];
}

/**
 * What to look for when someone asks for a part of a name.
 *
 * @returns the piece that every such name has, and the whole text when it is longer than that; the end of it is the
 *   piece, since names that begin alike tell themselves apart there
 */
export function nameSearchOf(text: string): { piece: string; rest: string | null } {
  const characters = Array.from(text);
  if (characters.length <= maxPieceLength) return { piece: text, rest: null };
  return { piece: characters.slice(-maxPieceLength).join(''), rest: text };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** What is stored of a channel's name to find it by. */
export function channelKeysOf(name: string): { nameKey: string; namePieces: string[] } {
  const nameKey = nameKeyOf(name);
  return { nameKey, namePieces: namePiecesOf(nameKey) };
}
