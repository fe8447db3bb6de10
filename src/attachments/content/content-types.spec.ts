import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';

import { limits } from '../../../contract/limits.js';
import { readSettings } from '../../config/settings.js';
import { ContentTypes } from './content-types.js';
import { servedType } from './served-type.js';

const everyType = 'image/*,audio/*,video/*,text/*,application/*';

function typesOf(ATTACHMENT_TYPES?: string): ContentTypes {
  return new ContentTypes({ ...readSettings({ ATTACHMENT_TYPES }), JWT_SECRET: 'x'.repeat(32) });
}

const byDefault = typesOf();
const detect = (bytes: Buffer | string, types = byDefault) => types.detect(Buffer.from(bytes as string), true);
const picture = (format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif') =>
  sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } })
    .toFormat(format)
    .toBuffer();

/** A ZIP archive of one stored file. */
function zipOf(name: string, content: string): Buffer {
  const [fileName, body] = [Buffer.from(name), Buffer.from(content)];
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt32LE(body.length, 18);
  header.writeUInt32LE(body.length, 22);
  header.writeUInt16LE(fileName.length, 26);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([header, fileName, body, end]);
}

describe('ContentTypes', () => {
  it.each(['png', 'jpeg', 'gif', 'webp', 'avif'] as const)('tells a %s by its bytes', async (format) => {
    expect(await detect(await picture(format))).toBe(`image/${format}`);
  });

  it.each<[string, Buffer | string, string]>([
    ['PDF', '%PDF-1.7\n', 'application/pdf'],
    ['PDF with binary bytes', '%PDF-1.7\n%\x80\x81\x00', 'application/pdf'],
    ['RTF', '{\\rtf1\\ansi hello}', 'application/rtf'],
    ['gzip', gzipSync('hello'), 'application/gzip'],
    ['ZIP', zipOf('a.txt', 'hello'), 'application/zip'],
    [
      'OpenDocument text',
      zipOf('mimetype', 'application/vnd.oasis.opendocument.text'),
      'application/vnd.oasis.opendocument.text',
    ],
    ['FLAC', Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(64)]), 'audio/flac'],
    [
      'Ogg Opus',
      Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead'), Buffer.alloc(64)]),
      'audio/ogg',
    ],
    ['MP4', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(64)]), 'video/mp4'],
    [
      'MP3',
      Buffer.concat([
        Buffer.from('ID3\x03\0\0\0\0\0\x0a'),
        Buffer.alloc(10),
        Buffer.from('fffb9064', 'hex'),
        Buffer.alloc(4000),
      ]),
      'audio/mpeg',
    ],
  ])('tells %s', async (_name, bytes, expected) => {
    expect(await detect(bytes)).toBe(expected);
  });

  it('tells an MP3 whose cover is larger than the sample', async () => {
    const tagBytes = 500_000;
    const size = [21, 14, 7, 0].map((shift) => (tagBytes >> shift) & 0x7f);
    const header = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, ...size]);
    const head = Buffer.concat([header, Buffer.alloc(limits.attachments.sampleBytes - 10)]);
    expect(await byDefault.detect(head, false)).toBe('audio/mpeg');
  });

  it.each([
    '',
    'hello',
    '\ufeffhello with a mark of its encoding',
    'Grüße, 你好, 🎉\r\n\tindented\f',
    '{"a": 1}',
    'a,b\n1,2',
    '\u001b[31mred\u001b[0m',
    '#!/bin/sh\nrm -rf /',
    'GIF is older than PNG',
    'GIF89a/*<script>*/=1;alert(1)',
    'BM is a bitmap',
    'MZ are the initials of Mark Zbikowski',
    'BEGIN:VCARD\nVERSION:3.0',
    'I said <b>no</b> <script>alert(1)</script>',
    'a < b',
    '<3',
    '<!-- a note --> and then text',
    '<notes>of a kind nobody knows</notes>',
  ])('takes %j for text', async (text) => {
    expect(await detect(text)).toBe('text/plain');
  });

  it.each<[string, string]>([
    ['<!DOCTYPE html><title>x</title>', 'text/html'],
    ['\ufeff \r\n<!doctype HTML>', 'text/html'],
    ['<html>', 'text/html'],
    ['<SCRIPT>alert(1)</SCRIPT>', 'text/html'],
    ['<script src=x>', 'text/html'],
    ['<!-- a note --> <body onload=alert(1)>', 'text/html'],
    ['<!-- never closed', 'text/html'],
    ['<a href="javascript:alert(1)">x</a>', 'text/html'],
    ['<iframe/src=x>', 'text/html'],
    ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml'],
    ['<?xml version="1.0"?>\n<!-- c -->\n<svg/>', 'image/svg+xml'],
    ['<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg/>', 'image/svg+xml'],
    ['<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', 'text/html'],
    ['<?xml version="1.0"?><feed/>', 'application/xml'],
  ])('tells %j from text as %s, takes it by that name alone and never shows it', async (text, type) => {
    expect(await detect(text)).toBeNull();
    expect(await detect(text, typesOf(everyType))).toBeNull();
    expect(await detect(text, typesOf(type))).toBe(type);
    expect(servedType(type)).toEqual({ header: 'application/octet-stream', isInline: false });
  });

  it.each<[string, Buffer]>([
    ['a program', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1')],
    ['an ELF program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), Buffer.alloc(64)])],
    ['Java', Buffer.from('cafebabe00000034', 'hex')],
    ['a picture that cannot be cleaned', Buffer.concat([Buffer.from('8BPS\0\x01', 'latin1'), Buffer.alloc(64)])],
    ['bytes of no known format', Buffer.from('0001020304050607', 'hex')],
    ['text in Latin-1', Buffer.from('Gr\xfc\xdfe', 'latin1')],
    ['text in UTF-16', Buffer.from('\ufeffhello', 'utf16le')],
    ['text that ends in half a character', Buffer.from('Gr\xc3', 'latin1')],
    ['text with a NUL', Buffer.from('hello\0')],
  ])('takes no %s', async (_name, bytes) => {
    expect(await detect(bytes)).toBeNull();
  });

  it('lets a sample of more end in half a character', async () => {
    const half = Buffer.from('Gr\xc3', 'latin1');
    expect(await byDefault.detect(half, false)).toBe('text/plain');
  });

  it('goes by what the signature says where a file is two things at once', async () => {
    const [png, gif, jpeg] = await Promise.all([picture('png'), picture('gif'), picture('jpeg')]);
    const script = Buffer.from('<html><script>alert(1)</script>');
    expect(await detect(Buffer.concat([png, script]))).toBe('image/png');
    expect(await detect(Buffer.concat([gif, script]))).toBe('image/gif');
    expect(await detect(Buffer.concat([jpeg, zipOf('a.html', String(script))]))).toBe('image/jpeg');
    expect(await detect(Buffer.concat([script, png]))).toBeNull();
  });

  it('takes what the operator names, and nothing else', async () => {
    const png = await picture('png');
    expect(await detect(png, typesOf('image/*'))).toBe('image/png');
    expect(await detect(png, typesOf('image/png'))).toBe('image/png');
    expect(await detect(png, typesOf('image/jpeg,audio/*'))).toBeNull();
    expect(await detect('hello', typesOf('image/*'))).toBeNull();
    expect(await detect('hello', typesOf('text/*'))).toBe('text/plain');
  });
});

describe('servedType', () => {
  it.each(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'audio/mpeg', 'video/mp4'])(
    'lets %s be shown in its place',
    (type) => {
      expect(servedType(type)).toEqual({ header: type, isInline: true });
    },
  );

  it('shows text as UTF-8', () => {
    expect(servedType('text/plain')).toEqual({ header: 'text/plain; charset=utf-8', isInline: true });
  });

  it.each(['application/pdf', 'application/zip', 'image/tiff', 'application/x-cfb'])(
    'offers %s for download',
    (type) => {
      expect(servedType(type)).toEqual({ header: type, isInline: false });
    },
  );
});
