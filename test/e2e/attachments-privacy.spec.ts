import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Binary } from 'bson';
import sharp from 'sharp';

import type { AttachmentView } from '../../contract/attachment-views.js';
import { eventually } from '../support/eventually.js';
import {
  gifWithScript,
  jpegWithArchive,
  movingPicture,
  photoWithPlace,
  pngWithScript,
  secretPlace,
} from '../support/hostile-files.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { download, upload } from '../support/upload.js';

/** What stands in a picture that says where and with what it was taken. */
const traces = [secretPlace, 'SpyCam', 'Exif', 'xpacket', 'GPS'];

describe('what others get of a picture', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  let groupId: string;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    groupId = (await ada.createGroup({ memberIds: [bob.id] })).id;
  });
  afterAll(() => app.stop());

  const share = async (name: string, type: string, bytes: Buffer): Promise<AttachmentView> => {
    const file = await upload(ada, groupId, { name, type, bytes: new Uint8Array(bytes) });
    await ada.sendMessage(groupId, '', { attachmentIds: [file.id] });
    return file;
  };
  const withThumbnail = (id: string) =>
    eventually(async () => {
      const file = expectStatus(await bob.api.get<AttachmentView>(`/attachments/${id}`), 200);
      return file.thumbnailUrl ?? undefined;
    });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'is a %s that stands upright and says nothing of where it was taken, as does its thumbnail',
    async (format) => {
      const photo = await photoWithPlace(format);
      const file = await share(`home.${format}`, `image/${format}`, photo);
      expect(file).toMatchObject({ contentType: `image/${format}`, width: 40, height: 60 });
      const content = await download(bob, file.url);
      const thumbnail = await download(bob, await withThumbnail(file.id));

      for (const { status, bytes } of [content, thumbnail]) {
        expect(status).toBe(200);
        for (const trace of traces) expect(bytes.includes(trace)).toBe(false);
        const { width, height, exif, xmp, orientation } = await sharp(bytes).metadata();
        expect({ width, height, exif, xmp, orientation }).toEqual({ width: 40, height: 60 });
      }
      const { icc } = await sharp(photo).metadata();
      expect((await sharp(content.bytes).metadata()).icc).toEqual(icc);
      expect(content.bytes.length).toBe(file.size);
    },
  );

  it('is nothing that it came with: not a byte of the original stays in the store', async () => {
    await share('home.jpeg', 'image/jpeg', await photoWithPlace('jpeg'));
    const chunks = await app.connection.collection<{ data: Binary }>('attachment_files.chunks').find().toArray();
    expect(chunks.length).toBeGreaterThan(0);
    for (const { data } of chunks) {
      for (const trace of traces) expect(Buffer.from(data.value()).includes(trace)).toBe(false);
    }
  });

  it.each(['gif', 'webp'] as const)('is a %s that still moves', async (format) => {
    const file = await share(`dance.${format}`, `image/${format}`, await movingPicture(format));
    const { bytes } = await download(bob, file.url);
    expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ pages: 4, pageHeight: 24, loop: 3 });
  });

  it.each<[string, string, () => Promise<Buffer>]>([
    ['PNG with a page behind it', 'image/png', pngWithScript],
    ['GIF that is a script as well', 'image/gif', gifWithScript],
    ['JPEG with an archive behind it', 'image/jpeg', jpegWithArchive],
  ])('is a picture and nothing else, of a %s', async (_what, type, make) => {
    const file = await share('two-things', type, await make());
    const { bytes, headers } = await download(bob, file.url);
    expect(bytes.includes('alert(1)')).toBe(false);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/sandbox/);
  });
});
