import { Inject, Injectable } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';

import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.js';
import { activeTypes } from './active-types.js';
import { markupType } from './markup-type.js';
import { readText } from './text-check.js';

/** Formats of their own although every byte of a file may be text. */
const textualFormats: ReadonlySet<string> = new Set(['application/pdf', 'application/postscript', 'application/rtf']);

/** What files are, told by their bytes alone: neither their name nor what the sender says counts. */
@Injectable()
export class ContentTypes {
  private readonly allowed: ReadonlySet<string>;

  constructor(@Inject(SETTINGS) { ATTACHMENT_TYPES }: Settings) {
    this.allowed = new Set(ATTACHMENT_TYPES);
  }

  /**
   * The type of a file. `text/plain` is a promise about the whole of it: unless `isWhole`, the rest has still to go
   * through {@link textCheck}.
   *
   * @param head the first bytes, `limits.attachments.sampleBytes` or fewer
   * @param isWhole whether that is all of the file
   * @returns null when it is not allowed, or nothing that is known
   */
  async detect(head: Buffer, isWhole: boolean): Promise<string | null> {
    const type = await typeOf(head, isWhole);
    return type !== null && this.isAllowed(type) ? type : null;
  }

  private isAllowed(type: string): boolean {
    if (this.allowed.has(type)) return true;
    // `image/*` does not mean SVG.
    return !activeTypes.has(type) && this.allowed.has(`${type.slice(0, type.indexOf('/'))}/*`);
  }
}

async function typeOf(head: Buffer, isWhole: boolean): Promise<string | null> {
  const found = await fileTypeFromBuffer(head);
  // Without parameters such as `codecs=opus`.
  const magic = found?.mime.split(';', 1)[0] ?? null;
  if (magic !== null && textualFormats.has(magic)) return magic;
  // Text comes before the other signatures, as many of them are words: "GIF is older than PNG", "BM", "MZ".
  const text = readText(head, isWhole);
  return text === null ? magic : (markupType(text) ?? 'text/plain');
}
