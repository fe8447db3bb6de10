import type { AttachmentView, ConfabClient } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { bytes } from '../shared/format.js';
import { icon } from './icons.js';
import { attempt } from './notices.js';
import { openDialog } from './overlays.js';
import type { Pictures } from './pictures.js';

/** As large as a picture of a message is shown at most, in CSS pixels. */
const maxEdge = 320;

/** The files of a message: pictures by their thumbnails, everything else by name. */
export function messageFiles(
  attachments: readonly AttachmentView[],
  client: ConfabClient,
  pictures: Pictures,
): HTMLElement {
  return element(
    'div',
    { class: 'files' },
    ...attachments.map((attachment) =>
      attachment.width !== null && attachment.height !== null
        ? pictureOf(attachment, client, pictures)
        : fileOf(attachment, client),
    ),
  );
}

function pictureOf(attachment: AttachmentView, client: ConfabClient, pictures: Pictures): HTMLElement {
  const { fileName, thumbnailUrl } = attachment;
  const image = element('img', { class: 'picture', alt: fileName });
  // Its place is as large as it will be before it is here: nothing jumps.
  const [width, height] = [attachment.width ?? 1, attachment.height ?? 1];
  const scale = Math.min(1, maxEdge / Math.max(width, height));
  image.width = Math.max(48, Math.round(width * scale));
  image.height = Math.max(48, Math.round(height * scale));
  const button = element('button', { type: 'button', class: 'picture-button', title: `Open ${fileName}` }, image);
  // The thumbnail is made after the upload: the message is told of again when it is there.
  if (thumbnailUrl !== null) pictures.show(image, thumbnailUrl, () => button.classList.add('is-missing'));
  button.addEventListener('click', () => void attempt(() => openPicture(attachment, client)));
  return button;
}

async function openPicture({ fileName, url }: AttachmentView, client: ConfabClient): Promise<void> {
  const address = URL.createObjectURL(await client.api.download(url));
  const save = element('a', { class: 'chat-button', href: address, download: fileName }, 'Save');
  const dialog = openDialog(fileName, element('img', { class: 'picture-whole', src: address, alt: fileName }), save);
  dialog.element.classList.add('dialog-wide');
  dialog.element.addEventListener('close', () => {
    URL.revokeObjectURL(address);
  });
}

function fileOf(attachment: AttachmentView, client: ConfabClient): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: 'file', title: `Save ${attachment.fileName}` },
    icon('file'),
    element(
      'span',
      { class: 'file-text' },
      element('span', { class: 'file-name' }, attachment.fileName),
      element('span', { class: 'file-size' }, bytes(attachment.size)),
    ),
    icon('download'),
  );
  button.addEventListener('click', () => void attempt(() => save(attachment, client)));
  return button;
}

/** Through a blob, since a plain link would go without the reader's token. */
async function save({ fileName, url }: AttachmentView, client: ConfabClient): Promise<void> {
  const address = URL.createObjectURL(await client.api.download(url));
  element('a', { href: address, download: fileName }).click();
  URL.revokeObjectURL(address);
}
