import { readFileSync } from 'node:fs';

/** A fenced block of code in a Markdown file. */
export interface MarkdownBlock {
  readonly file: string;
  /** Empty when the fence names none. */
  readonly language: string;
  readonly code: string;
  /** With its fences. */
  readonly whole: string;
}

/** The fenced blocks of a file, in their order. */
export function markdownBlocks(file: string): MarkdownBlock[] {
  return Array.from(
    readFileSync(file, 'utf8').matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^ *```$/gm),
    ([whole, , language = '', code = '']) => ({ file, language, code, whole }),
  );
}
