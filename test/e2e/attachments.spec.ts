import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';

import type { AttachmentView } from '../../contract/attachment-views.js';
import { expectProblem } from '../support/expect-problem.js';
import { cutOffPicture, gifWithScript, jpegWithArchive, pngWithScript } from '../support/hostile-files.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { S3Server } from '../support/s3-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { aText, download, formOf, sendForm, upload } from '../support/upload.js';

describe.each(['gridfs', 's3'])('a file, in %s', (storage) => {
  let bucket: S3Server | undefined;
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  let outsider: Person;
  let groupId: string;
  beforeAll(async () => {
    if (storage === 's3') bucket = await S3Server.start();
    app = await startTestApp(bucket?.settings);
    [ada, bob, outsider] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    groupId = (await ada.createGroup({ memberIds: [bob.id] })).id;
  });
  afterAll(async () => {
    await app.stop();
    await bucket?.stop();
  });

  it('is described as its bytes are, whatever was declared', async () => {
    const file = await upload(ada, groupId, {
      ...aText('Grüße'),
      name: '../notes/größe.txt',
      type: 'application/octet-stream',
    });
    expect(file).toEqual({
      id: expect.any(String),
      groupId,
      messageId: null,
      uploaderId: ada.id,
      fileName: 'größe.txt',
      contentType: 'text/plain',
      size: 7,
      sha256: createHash('sha256').update('Grüße').digest('hex'),
      width: null,
      height: null,
      url: `/api/v1/attachments/${file.id}/content`,
      thumbnailUrl: null,
      createdAt: expect.any(String),
    });
    expect(expectStatus(await ada.api.get(`/attachments/${file.id}`), 200)).toEqual(file);
  });

  it('comes down as it went up', async () => {
    const file = await upload(ada, groupId, aText('Good morning'));
    const { status, headers, bytes } = await download(ada, file.url);
    expect(status).toBe(200);
    expect(bytes.toString()).toBe('Good morning');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '12',
      etag: `"${file.sha256}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache, no-transform',
      'content-disposition': 'inline; filename=note.txt',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  it('may be named in any script, in a way that every browser understands', async () => {
    const file = await upload(ada, groupId, { ...aText(), name: 'Grüße "an" alle.txt' });
    const { headers } = await download(ada, file.url);
    expect(headers.get('content-disposition')).toBe(
      `inline; filename="Gr??e \\"an\\" alle.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22an%22%20alle.txt`,
    );
  });

  it('is only its uploader\u2019s until a message has it, and then the group\u2019s', async () => {
    const file = await upload(ada, groupId);
    expectProblem(await bob.api.get(`/attachments/${file.id}`), 'not_found');
    expect((await download(bob, file.url)).status).toBe(404);
    expect((await download(outsider, file.url)).status).toBe(403);
    const message = await ada.sendMessage(groupId, 'see', { attachmentIds: [file.id] });
    expect(message.attachments).toEqual([{ ...file, messageId: message.id }]);
    expect((await download(bob, file.url)).status).toBe(200);
    expect((await download(outsider, file.url)).status).toBe(403);
  });

  it('is a part of itself when a part is asked for', async () => {
    const file = await upload(ada, groupId, aText('0123456789'));
    const part = await download(ada, file.url, { range: 'bytes=2-4' });
    expect(part.status).toBe(206);
    expect(part.bytes.toString()).toBe('234');
    expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
    const parts = await download(ada, file.url, { range: 'bytes=0-1,-2' });
    expect(parts.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(parts.headers.get('content-type') ?? '')?.[1];
    expect(parts.bytes.toString()).toBe(
      [
        '',
        `--${boundary}`,
        'Content-Type: text/plain; charset=utf-8',
        'Content-Range: bytes 0-1/10',
        '',
        '01',
        `--${boundary}`,
        'Content-Type: text/plain; charset=utf-8',
        'Content-Range: bytes 8-9/10',
        '',
        '89',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    );
    for (const range of ['bytes=10-', `bytes=${Array.from({ length: 100 }, (_, n) => `${n}-${n}`).join(',')}`]) {
      const answer = await ada.api.get(`/attachments/${file.id}/content`, { range });
      expectProblem(answer, 'range_not_satisfiable');
      expect(answer.headers.get('content-range')).toBe('bytes */10');
    }
  });

  it('is not sent again to who has it, and sent whole to who has another', async () => {
    const file = await upload(ada, groupId, aText('0123456789'));
    const etag = `"${file.sha256}"`;
    const again = await download(ada, file.url, { 'if-none-match': etag });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    expect((await download(ada, file.url, { range: 'bytes=0-1', 'if-range': etag })).bytes.toString()).toBe('01');
    expect((await download(ada, file.url, { range: 'bytes=0-1', 'if-range': '"another"' })).bytes.length).toBe(10);
    const head = await ada.api.request('HEAD', `/attachments/${file.id}/content`);
    expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, '10', '']);
  });

  it('that is a picture has its measure, loses where it was taken, and gets a thumbnail', async () => {
    const bytes = new Uint8Array(
      await sharp({ create: { width: 800, height: 400, channels: 3, background: 'teal' } })
        .jpeg()
        .withExif({ IFD0: { Copyright: 'Ada' }, IFD3: { GPSLatitudeRef: 'N' } })
        .toBuffer(),
    );
    expect(Buffer.from(bytes).includes('Exif')).toBe(true);
    const socket = await ada.connect();
    const file = await upload(ada, groupId, { name: 'engine.jpg', type: 'image/jpeg', bytes });
    expect(file).toMatchObject({ contentType: 'image/jpeg', width: 800, height: 400 });
    const message = await ada.sendMessage(groupId, '', { attachmentIds: [file.id] });
    const { attachment } = await socket.next('attachment_updated', (event) => event.attachment.id === file.id);
    expect(attachment.thumbnailUrl).toBe(`/api/v1/attachments/${file.id}/thumbnail`);
    const content = await download(bob, file.url);
    expect(content.bytes.includes('Exif')).toBe(false);
    expect(createHash('sha256').update(content.bytes).digest('hex')).toBe(file.sha256);
    const thumbnail = await download(bob, attachment.thumbnailUrl ?? '');
    expect(await sharp(thumbnail.bytes).metadata()).toMatchObject({ format: 'webp', width: 320, height: 160 });
    const { attachments } = expectStatus(
      await bob.api.get<{ attachments: AttachmentView[] }>(`/messages/${message.id}`),
      200,
    );
    expect(attachments).toEqual([{ ...attachment, messageId: message.id }]);
    socket.close();
  });

  it.each([
    ['a GIF with a script', gifWithScript, 'gif'],
    ['a PNG with a page', pngWithScript, 'png'],
    ['a JPEG with an archive', jpegWithArchive, 'jpeg'],
  ])('that is %s is the picture alone for everyone', async (_what, make, type) => {
    const made = await make();
    const sent = { name: `a.${type}`, type: `image/${type}`, bytes: new Uint8Array(made) };
    const file = await upload(ada, groupId, sent);
    const { bytes, headers } = await download(ada, file.url);
    expect(headers.get('content-type')).toBe(`image/${type}`);
    expect((await sharp(bytes).metadata()).format).toBe(type);
    expect(bytes.toString('latin1')).not.toMatch(/<script|alert/);
    expect(bytes.includes('PK\x03\x04', 0, 'latin1')).toBe(false);
  });

  it('that is a picture but cannot be decoded is a plain file', async () => {
    const bytes = new Uint8Array(await cutOffPicture('png'));
    const file = await upload(ada, groupId, { name: 'a.png', type: 'image/png', bytes });
    expect(file).toMatchObject({ contentType: 'application/octet-stream', width: null, size: bytes.length });
    const { headers } = await download(ada, file.url);
    expect(headers.get('content-disposition')).toBe('attachment; filename=a.png');
  });

  it('is refused when it is empty, contradicted by its bytes, or of a type that is not taken', async () => {
    expectProblem(await sendForm(ada, formOf({ groupId }, aText(''))), 'validation_failed');
    expectProblem(
      await sendForm(ada, formOf({ groupId }, { ...aText(), type: 'image/png' })),
      'unsupported_media_type',
    );
    const program = { name: 'a.exe', type: '', bytes: new Uint8Array([0x4d, 0x5a, 0, 0, 1, 2, 3, 0xff]) };
    expectProblem(await sendForm(ada, formOf({ groupId }, program)), 'unsupported_media_type');
  });
});
