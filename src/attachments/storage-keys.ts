import type { AttachmentId } from '../common/ids.js';

/** Under which keys the storage has what belongs to one attachment. */
export const storageKeys = {
  /** What is given out. */
  content: (id: AttachmentId) => id,
  /** A picture as it came, until it is cleaned. */
  original: (id: AttachmentId) => `${id}.original`,
  thumbnail: (id: AttachmentId) => `${id}.thumbnail`,
  all: (id: AttachmentId) => [storageKeys.content(id), storageKeys.original(id), storageKeys.thumbnail(id)],
  /** Whose a key is. */
  ownerOf: (key: string) => key.replace(/\..*$/, '') as AttachmentId,
};
