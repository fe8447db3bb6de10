import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';

import { limits } from '../../contract/limits.js';
import { Problem } from '../common/problem.js';
import type { OpenContent } from './attachment-contents.service.js';
import { servedType } from './content/served-type.js';
import { rangesOf } from './content-ranges.js';
import type { ByteRange } from './storage/attachment-storage.js';

/** What is sent, and under which head. */
interface Answer {
  status: 200 | 206;
  type: string;
  size: number;
  contentRange?: string;
  body: Readable;
}

/**
 * Answers with a content, or the parts of it that were asked for, as fast as the client takes it: what was uploaded is
 * never trusted to be what it says, and nothing that it may hold runs in the name of this server.
 *
 * @throws Problem `range_not_satisfiable`, and what reading it throws
 */
export async function answerWithContent(request: Request, response: Response, content: OpenContent): Promise<void> {
  const { etag, size, contentType, fileName } = content;
  const { header: type, isInline } = servedType(contentType);
  response.setHeader('ETag', etag);
  // Whether one may see it can change at any time: so it is asked about each time, and answered by 304.
  response.setHeader('Cache-Control', 'private, no-cache, no-transform');
  response.vary('Authorization');
  if (hasIt(request, etag)) {
    response.status(304).end();
    return;
  }
  const ranges = wantsParts(request, etag) ? rangesOf(request.headers.range, size) : null;
  if (ranges?.length === 0) {
    response.setHeader('Content-Range', `bytes */${size}`);
    throw new Problem('range_not_satisfiable', `The content has ${size} bytes, and not these parts.`);
  }
  const answer = request.method === 'HEAD' ? wholeOf(type, size, Readable.from([])) : await open(content, type, ranges);
  response.status(answer.status);
  response.setHeader('Content-Type', answer.type);
  response.setHeader('Content-Length', answer.size);
  if (answer.contentRange !== undefined) response.setHeader('Content-Range', answer.contentRange);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Disposition', contentDisposition(fileName, { type: isInline ? 'inline' : 'attachment' }));
  response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setTimeout(limits.attachments.stalledDownloadMs, () => response.destroy());
  await sendBody(answer.body, response);
}

/**
 * `If-None-Match` (RFC 9110, 13.1.2). Express' own `fresh` gives way to `Cache-Control: no-cache`, which `fetch` sends along
 * with every condition that a page sets itself.
 */
function hasIt({ headers }: Request, etag: string): boolean {
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}

/** `If-Range` (RFC 9110, 13.1.5): parts of what the client has, or else the whole. */
function wantsParts({ method, headers }: Request, etag: string): boolean {
  const condition = headers['if-range'];
  return method === 'GET' && (condition === undefined || condition === etag);
}

function wholeOf(type: string, size: number, body: Readable): Answer {
  return { status: 200, type, size, body };
}

async function open(content: OpenContent, type: string, ranges: ByteRange[] | null): Promise<Answer> {
  const { size } = content;
  const [first, ...more] = ranges ?? [];
  if (first === undefined) return wholeOf(type, size, await content.read());
  if (more.length === 0) {
    const length = first.end - first.start + 1;
    return { status: 206, type, size: length, contentRange: rangeIn(first, size), body: await content.read(first) };
  }
  return inParts(content, type, [first, ...more]);
}

/** `multipart/byteranges` (RFC 9110, 14.6). */
function inParts(content: OpenContent, type: string, ranges: readonly ByteRange[]): Answer {
  const boundary = randomUUID();
  const heads = ranges.map((range) =>
    Buffer.from(`\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${rangeIn(range, content.size)}\r\n\r\n`),
  );
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  const size = ranges.reduce(
    (sum, { start, end: last }, index) => sum + (heads[index]?.length ?? 0) + last - start + 1,
    end.length,
  );
  async function* parts(): AsyncGenerator<Buffer, void, undefined> {
    for (const [index, range] of ranges.entries()) {
      yield heads[index] ?? Buffer.alloc(0);
      for await (const chunk of await content.read(range)) yield chunk as Buffer;
    }
    yield end;
  }
  const body = Readable.from(parts(), { objectMode: false });
  return { status: 206, type: `multipart/byteranges; boundary=${boundary}`, size, body };
}

function rangeIn({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}

async function sendBody(body: Readable, response: Response): Promise<void> {
  try {
    await pipeline(body, response);
  } catch (error) {
    // The client has had enough; it is nobody's fault.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw error;
  }
}
