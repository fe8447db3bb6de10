import { crc32, deflateSync } from 'node:zlib';

import sharp from 'sharp';

/** Files that try something, made by code: what they try is in their names. */

type PictureFormat = 'avif' | 'gif' | 'jpeg' | 'png' | 'webp';

/** What a phone writes into a picture, and what nobody else may read there. */
export const secretPlace = 'Lindenstrasse 7, Zuerich';

/**
 * A photograph of 60 × 40 pixels, red above and blue below, taken with the camera upright: it is seen as 40 wide and 60
 * high. It carries its place in EXIF and XMP, and a colour profile.
 */
export async function photoWithPlace(format: Exclude<PictureFormat, 'gif'>): Promise<Buffer> {
  const half = (background: string) =>
    sharp({ create: { width: 60, height: 20, channels: 3, background } })
      .png()
      .toBuffer();
  return sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
    .composite([{ input: await half('blue'), gravity: 'south' }])
    .withIccProfile('p3')
    .withExif({
      IFD0: { Make: 'SpyCam', ImageDescription: secretPlace, Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '47/1 22/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '8/1 32/1 0/1' },
    })
    .withXmp(
      `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${secretPlace}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
    )
    .withMetadata({ orientation: 6 })
    .toFormat(format, { quality: 100 })
    .toBuffer();
}

/** Frames of 32 × 24 pixels, each of another grey, 100 ms, 200 ms … long, shown three times. */
export async function movingPicture(format: 'gif' | 'webp', frames = 4): Promise<Buffer> {
  const pages = await Promise.all(
    Array.from({ length: frames }, (_, index) =>
      sharp({
        create: { width: 32, height: 24, channels: 3, background: { r: index * 50, g: index * 50, b: index * 50 } },
      })
        .png()
        .toBuffer(),
    ),
  );
  const delay = pages.map((_, index) => (index + 1) * 100);
  return sharp(pages, { join: { animated: true } })
    .toFormat(format, { delay, loop: 3 })
    .toBuffer();
}

function pngChunk(type: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(body.length, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return chunk;
}

/** A black PNG of one bit for a pixel: 30,000 × 30,000 of them take 110 KB, and 900 MB or more when decoded. */
export function pixelBomb(width = 30_000, height = 30_000): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A GIF of a few hundred bytes a frame, each frame of 4,000 × 4,000 pixels: small one by one, too much together. */
export async function frameBomb(frames = 8): Promise<Buffer> {
  const frame = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: 'black' } })
    .gif()
    .toBuffer();
  // The header, the screen and the global colours come once; what follows is a frame, without the trailer.
  const colours = (frame[10]! & 0x80) === 0 ? 0 : 3 * 2 ** ((frame[10]! & 7) + 1);
  const body = frame.subarray(13 + colours, -1);
  return Buffer.concat([
    frame.subarray(0, 13 + colours),
    ...Array.from({ length: frames }, () => body),
    frame.subarray(-1),
  ]);
}

/** A PNG with a text chunk behind its pixels, and a script behind its end. */
export async function pngWithScript(): Promise<Buffer> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'green' } })
    .png()
    .toBuffer();
  const end = png.length - 12;
  return Buffer.concat([
    png.subarray(0, end),
    pngChunk('tEXt', Buffer.from(`Comment\0${secretPlace}`, 'latin1')),
    png.subarray(end),
    Buffer.from('<script>alert(1)</script>'),
  ]);
}

/** A GIF whose comment is a script, and that could be read as one from its first byte. */
export async function gifWithScript(): Promise<Buffer> {
  const gif = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'green' } })
    .gif()
    .toBuffer();
  const script = Buffer.from('*/=1;alert(1)//<script>alert(1)</script>');
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe, script.length]), script, Buffer.from([0])]);
  return Buffer.concat([gif.subarray(0, -1), comment, gif.subarray(-1)]);
}

/** A JPEG with an archive behind its end. */
export async function jpegWithArchive(): Promise<Buffer> {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'green' } })
    .jpeg()
    .toBuffer();
  return Buffer.concat([
    jpeg,
    Buffer.from('PK\x03\x04'),
    Buffer.alloc(26),
    Buffer.from('evil.html<script>alert(1)</script>'),
  ]);
}

/** A picture of noise, which no format makes small, cut off in the middle of its pixels. */
export async function cutOffPicture(format: PictureFormat): Promise<Buffer> {
  const whole = await sharp({
    create: {
      width: 400,
      height: 300,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .toColourspace('srgb')
    .toFormat(format)
    .toBuffer();
  return whole.subarray(0, Math.floor(whole.length / 2));
}

/** A WebP of one pixel and many frames, 48 bytes each. */
export async function webpOfFrames(frames: number): Promise<Buffer> {
  const still = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .webp({ lossless: true })
    .toBuffer();
  // Place, size less one, duration, flags; and then the picture itself.
  const frame = Buffer.concat([Buffer.alloc(12), Buffer.from([100, 0, 0, 0]), still.subarray(12)]);
  const chunks = Buffer.concat([
    riffChunk('VP8X', Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    riffChunk('ANIM', Buffer.alloc(6)),
    ...Array.from({ length: frames }, () => riffChunk('ANMF', frame)),
  ]);
  return riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP'), chunks]));
}

function riffChunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8, type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** A GIF of one pixel and many frames, 23 bytes each. */
export function gifOfFrames(frames: number): Buffer {
  const frame = Buffer.from('21f904000a0000002c0000000001000100000202440100', 'hex');
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from('01000100800000000000ffffff', 'hex'),
    ...Array.from({ length: frames }, () => frame),
    Buffer.from([0x3b]),
  ]);
}
