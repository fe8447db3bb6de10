import { limits } from '../../contract/limits.js';

/** Code, in a block or a span: nobody is called there. */
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
/** `@name` at the beginning of a word, with the characters that usernames have. */
const mention = /(?<![A-Za-z0-9_.@-])@([A-Za-z0-9_.-]{3,})/g;

/**
 * The usernames that a text may mention. A name at the end of a sentence is given with and without the dots that follow
 * it, as usernames may end in one.
 */
export function mentionedNames(content: string): string[] {
  if (!content.includes('@')) return [];
  const { minLength, maxLength } = limits.username;
  const names = new Set<string>();
  for (const [, name = ''] of content.replace(code, ' ').matchAll(mention)) {
    for (const candidate of [name, name.replace(/[.-]+$/, '')]) {
      if (candidate.length >= minLength && candidate.length <= maxLength) names.add(candidate.toLowerCase());
    }
    if (names.size >= limits.message.maxMentions) break;
  }
  return [...names].slice(0, limits.message.maxMentions);
}
