import { limits } from '../../contract/limits.js';

/** Stands among the mentions of a message for every member: the ids of ten thousand would not fit. */
export const everyone = 'everyone';

/** Whom a text may mention. */
export interface MentionedWords {
  /** Usernames, in lower case. */
  names: string[];
  /** `@here`: the members who are online. */
  here: boolean;
  /** `@all`: every member. */
  all: boolean;
}

/** Code, in a block or a span: nobody is called there. */
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
/** `@name` as a word of its own, with the characters that usernames have: neither an address nor a part of a word. */
const mention = /(?<![\p{L}\p{N}_.@-])@([A-Za-z0-9_.-]{3,})(?![\p{L}\p{N}])/gu;

/**
 * The words that a text may mention people by, without regard to case. A name at the end of a sentence is given with and
 * without the dots that follow it, as usernames may end in one.
 */
export function mentionedWords(content: string): MentionedWords {
  const words = new Set<string>();
  if (content.includes('@')) {
    const { minLength, maxLength } = limits.username;
    for (const [, name = ''] of content.replace(code, ' ').matchAll(mention)) {
      for (const candidate of [name, name.replace(/[.-]+$/, '')]) {
        if (candidate.length >= minLength && candidate.length <= maxLength) words.add(candidate.toLowerCase());
      }
    }
  }
  const [here, all] = [words.delete('here'), words.delete('all')];
  return { names: [...words].slice(0, limits.message.maxMentions), here, all };
}
