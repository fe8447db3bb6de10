import { createHash, randomBytes, randomUUID } from 'node:crypto';

import sharp from 'sharp';

import { limits } from '../../contract/limits.js';
import type { AttachmentView } from '../../contract/attachment-views.js';
import type { MessageView } from '../../contract/views.js';
import { Account } from '../support/account.js';
import { Patience } from '../support/patience.js';
import { Rest } from '../support/rest.js';
import type { Difference } from './compare.js';
import type { Cast } from './players.js';

/** What became of a picture that was sent into the channel. */
export interface PictureShown {
  /** Bytes of it, and of its thumbnail, as another member fetched them. */
  bytes: number;
  thumbnailBytes: number;
  differences: Difference[];
}

const [width, height] = [800, 600];

/** Sends a picture into the channel, fetches it and its thumbnail back as another member, and tries to as an outsider. */
export async function checkPicture(url: string, { groupId, players, account: reader }: Cast): Promise<PictureShown> {
  const sender = [...players.values()][0]?.account ?? reader;
  const outsider = await Account.register(new Rest(url), {
    username: `outsider-${randomBytes(3).toString('hex')}`,
    displayName: 'Outsider',
    password: randomUUID(),
  });
  const file = await upload(url, sender, groupId);
  const { id } = await sender.request<MessageView>('POST', `/groups/${groupId}/messages`, {
    content: 'A picture, sent by npm run demo',
    clientMessageId: randomUUID(),
    attachmentIds: [file.id],
  });
  const { url: path, thumbnailUrl, seq } = await shown(reader, id);
  const picture = await fetchAs(reader, `${url}${path}`);
  const thumbnail = await fetchAs(reader, `${url}${thumbnailUrl}`);
  const differences: Difference[] = [];
  const expect = (isSo: boolean, detail: string) => {
    if (!isSo) differences.push({ copy: 'stored', kind: 'picture', line: null, seq, detail });
  };
  expect(sha256(picture.bytes) === file.sha256, 'the picture came back as another one');
  const { format, width: shownWidth } = await sharp(thumbnail.bytes).metadata();
  expect(format === 'webp' && shownWidth === limits.attachments.thumbnailMaxEdge, 'the thumbnail is none');
  for (const address of [path, thumbnailUrl]) {
    const { status } = await fetchAs(outsider, `${url}${address}`);
    expect(status === 403, `an outsider was answered ${status}`);
  }
  return { bytes: picture.bytes.length, thumbnailBytes: thumbnail.bytes.length, differences };
}

async function upload(url: string, sender: Account, groupId: string): Promise<AttachmentView> {
  const picture = await sharp({ create: { width, height, channels: 3, background: 'steelblue' } })
    .png()
    .toBuffer();
  const form = new FormData();
  form.append('groupId', groupId);
  form.append('file', new File([new Uint8Array(picture)], 'engine.png', { type: 'image/png' }));
  const response = await fetch(`${url}/api/v1/attachments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await sender.accessToken()}` },
    body: form,
  });
  if (!response.ok) throw new Error(`the picture was not taken: ${await response.text()}`);
  return (await response.json()) as AttachmentView;
}

/** The file as the message has it, when its thumbnail is there. */
async function shown(reader: Account, messageId: string): Promise<{ url: string; thumbnailUrl: string; seq: number }> {
  const patience = new Patience();
  for (;;) {
    const { attachments, seq } = await reader.request<MessageView>('GET', `/messages/${messageId}`);
    const [file] = attachments;
    if (file !== undefined && file.thumbnailUrl !== null)
      return { url: file.url, thumbnailUrl: file.thumbnailUrl, seq };
    await patience.pause(new Error('the picture got no thumbnail'));
  }
}

async function fetchAs(account: Account, address: string): Promise<{ status: number; bytes: Buffer }> {
  const response = await fetch(address, { headers: { authorization: `Bearer ${await account.accessToken()}` } });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
