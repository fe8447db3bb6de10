import type { ConfabClient } from '../../client/src/index.js';

/** Beyond, the picture that was not used for the longest time is fetched again when it is wanted. */
const maxKept = 200;

/**
 * Pictures are for members only, so an `<img>` cannot name them by their address: they are fetched with the reader's
 * token, and shown as blobs. Thumbnails and avatars are small; whole pictures are not kept here.
 */
export class Pictures {
  private readonly urls = new Map<string, Promise<string>>();

  constructor(private readonly client: ConfabClient) {}

  /** Shows what is at an address; `onFailure` when it cannot be had. */
  show(image: HTMLImageElement, address: string, onFailure: () => void): void {
    this.urlOf(address).then((url) => (image.src = url), onFailure);
  }

  private urlOf(address: string): Promise<string> {
    const url = this.urls.get(address) ?? this.fetch(address);
    this.urls.delete(address);
    this.urls.set(address, url);
    return url;
  }

  private fetch(address: string): Promise<string> {
    const url = this.client.api.download(address).then((blob) => URL.createObjectURL(blob));
    url.catch(() => this.urls.delete(address));
    for (const [oldest, old] of this.urls) {
      if (this.urls.size < maxKept) break;
      this.urls.delete(oldest);
      old.then(
        (past) => URL.revokeObjectURL(past),
        () => undefined,
      );
    }
    return url;
  }
}
