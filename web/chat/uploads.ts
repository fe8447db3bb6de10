import type { AttachmentView, ConfabClient } from '../../client/src/index.js';
import { limits } from '../../contract/limits.js';
import { element } from '../shared/dom.js';
import { bytes } from '../shared/format.js';
import { iconButton } from './controls.js';
import { icon } from './icons.js';
import { sentenceOf, toast } from './notices.js';

interface Upload {
  chip: HTMLElement;
  done: Promise<AttachmentView | null>;
}

/**
 * The files of the message that is being written. Each is uploaded as soon as it is chosen, so that sending takes no
 * longer than it does without; what is taken off again is deleted on the server too.
 */
export class Uploads {
  readonly element = element('div', { class: 'uploads', role: 'group', 'aria-label': 'Files to send', hidden: '' });
  private readonly uploads = new Set<Upload>();

  constructor(
    private readonly client: ConfabClient,
    private readonly groupId: string,
  ) {}

  get isEmpty(): boolean {
    return this.uploads.size === 0;
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      if (this.uploads.size >= limits.attachments.maxPerMessage) {
        toast(`A message carries at most ${limits.attachments.maxPerMessage} files.`);
        break;
      }
      this.begin(file);
    }
    this.showPresence();
  }

  /** Takes all files out, when they are uploaded; those that failed stay, with the reason. @returns their ids */
  async take(): Promise<string[]> {
    const ids: string[] = [];
    for (const upload of [...this.uploads]) {
      const attachment = await upload.done;
      if (attachment === null) continue;
      ids.push(attachment.id);
      this.drop(upload);
    }
    return ids;
  }

  private begin(file: File): void {
    const state = element('span', { class: 'upload-state' }, 'uploading…');
    const chip = element(
      'div',
      { class: 'upload is-uploading' },
      previewOf(file),
      element('span', { class: 'upload-text' }, element('span', { class: 'file-name' }, file.name), state),
    );
    const form = new FormData();
    form.append('groupId', this.groupId);
    form.append('file', file);
    const done = this.client.api.post<AttachmentView>('/attachments', form).then(
      (attachment) => {
        state.textContent = bytes(attachment.size);
        return attachment;
      },
      (error: unknown) => {
        chip.classList.add('has-failed');
        state.textContent = sentenceOf(error);
        return null;
      },
    );
    void done.then(() => chip.classList.remove('is-uploading'));
    const upload = { chip, done };
    chip.append(iconButton('close', `Remove ${file.name}`, () => this.remove(upload)));
    this.uploads.add(upload);
    this.element.append(chip);
  }

  private remove(upload: Upload): void {
    this.drop(upload);
    void upload.done.then((attachment) => {
      // Should this fail: the server removes by itself what no message takes.
      if (attachment !== null) this.client.api.delete(`/attachments/${attachment.id}`).catch(() => undefined);
    });
  }

  private drop(upload: Upload): void {
    upload.chip.remove();
    this.uploads.delete(upload);
    this.showPresence();
  }

  private showPresence(): void {
    this.element.hidden = this.isEmpty;
  }
}

function previewOf(file: File): Element {
  if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)) return icon('file');
  const image = element('img', { class: 'upload-preview', alt: '' });
  image.src = URL.createObjectURL(file);
  image.addEventListener('load', () => {
    URL.revokeObjectURL(image.src);
  });
  return image;
}
