/** What a message's text is made of. Everything that is not named here is plain text and is shown as it was written. */
export type TextPart =
  | { kind: 'text' | 'code' | 'block' | 'strong' | 'mention'; text: string }
  | { kind: 'link'; text: string; href: string };

const parts =
  /```\n?(?<block>[\s\S]+?)\n?```|`(?<code>[^`\n]+)`|\*\*(?<strong>[^*\n]+)\*\*|(?<link>https?:\/\/[^\s<>"]+)|(?<![\w.-])@(?<mention>[\w.-]*\w)/gu;

/** Not part of an address when they end it: they belong to the sentence around it. */
const closing = /[.,;:!?)\]}'"]+$/;

/**
 * Splits a text into its parts.
 *
 * @param isMention whether a name behind an `@` is somebody's
 */
export function textParts(text: string, isMention: (name: string) => boolean): TextPart[] {
  const found: TextPart[] = [];
  let end = 0;
  const addPlain = (until: number) => {
    if (until > end) found.push({ kind: 'text', text: text.slice(end, until) });
  };
  for (const match of text.matchAll(parts)) {
    const part = partOf(match, isMention);
    if (part === null) continue;
    addPlain(match.index);
    found.push(part);
    end = match.index + (part.kind === 'link' ? part.text.length : match[0].length);
  }
  addPlain(text.length);
  return found;
}

function partOf({ groups = {} }: RegExpMatchArray, isMention: (name: string) => boolean): TextPart | null {
  const { block, code, strong, link, mention } = groups;
  if (block !== undefined) return { kind: 'block', text: block };
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  if (mention !== undefined) return isMention(mention) ? { kind: 'mention', text: `@${mention}` } : null;
  const text = link?.replace(closing, '') ?? '';
  return URL.canParse(text) ? { kind: 'link', text, href: text } : null;
}
