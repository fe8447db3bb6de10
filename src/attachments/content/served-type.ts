import { activeTypes } from './active-types.js';

const shownImages: ReadonlySet<string> = new Set(['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']);

/** How a file is handed out. */
export interface ServedType {
  /** For `Content-Type`. */
  header: string;
  /** Whether a browser may show it in its place; else it is a download (`Content-Disposition: attachment`). */
  isInline: boolean;
}

/**
 * How a file of a type is handed out. Shown are pictures of the formats that were decoded and written anew, sound, film
 * and text. Everything else is a download, and so that no page can embed it either, what a browser would run (SVG, HTML,
 * XML) is handed out as mere bytes.
 */
export function servedType(contentType: string): ServedType {
  if (contentType === 'text/plain') return { header: 'text/plain; charset=utf-8', isInline: true };
  if (activeTypes.has(contentType)) return { header: 'application/octet-stream', isInline: false };
  return { header: contentType, isInline: shownImages.has(contentType) || /^(audio|video)\//.test(contentType) };
}
