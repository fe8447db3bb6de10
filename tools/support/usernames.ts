import { limits } from '../../contract/limits.js';

const { maxLength } = limits.username;

/**
 * A username for each nick, no two alike. Nicks may have characters that usernames may not (`|`, `[`, `\`, `^` …), differ
 * only in case, or be shorter than a username; so the name is only like the nick, and the nick itself is the display name.
 *
 * @param nicks without repeats; the first of two that would get the same name keeps it, the next gets a number
 * @param tag at the end of every name, so that a second run on the same server has other accounts; at least one character,
 *   all of them allowed in a username
 */
export function usernamesOf(nicks: readonly string[], tag: string): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const nick of nicks) {
    let username = nameLike(nick, `-${tag}`);
    for (let count = 2; taken.has(username.toLowerCase()); count += 1) {
      username = nameLike(nick, `-${String(count)}-${tag}`);
    }
    taken.add(username.toLowerCase());
    names.set(nick, username);
  }
  return names;
}

function nameLike(nick: string, ending: string): string {
  const allowed = nick.replaceAll(/[^A-Za-z0-9_.-]/gu, '_').slice(0, maxLength - ending.length);
  return allowed + ending;
}
