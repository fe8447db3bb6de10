import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import { Busboy, type BusboyInstance } from '@fastify/busboy';

import { limits } from '../../contract/limits.js';
import { Problem } from '../common/problem.js';

/** The fields that may stand before the file. */
export const uploadFields = ['groupId', 'purpose'] as const;
type UploadField = (typeof uploadFields)[number];

/** An upload at the point where its file begins. */
export interface UploadForm {
  readonly fields: ReadonlyMap<UploadField, string>;
  readonly fileName: string;
  /** In lower case, as the client said it; nothing to rely on. */
  readonly declaredType: string;
  /** Read no faster than it is taken; fails with the problem when the form is not as it should be. */
  readonly content: Readable;
  /** Resolves when the form has come to its end. @throws Problem when something else came behind the file */
  readonly end: Promise<void>;
  /** What is wrong with the form, if anything: the reason why `content` failed. */
  readonly problem: () => Problem | undefined;
  /** Nobody reads on: the rest of the request goes nowhere. */
  readonly abandon: () => void;
}

const maxValueBytes = 200;
const maxHeaderBytes = 16_384;

/**
 * Takes a `multipart/form-data` request apart while it comes (RFC 7578): no more of the file is in memory than the parser
 * and the stream hold, and nothing is written anywhere. Fields come before the file, which is the last part.
 *
 * @returns when the file begins
 * @throws Problem `unsupported_media_type` when it is no such form, `validation_failed` when there is no file in it, or
 *   anything before it that does not belong there
 */
export function openUploadForm(request: IncomingMessage): Promise<UploadForm> {
  const parser = createParser(request);
  const opened = Promise.withResolvers<UploadForm>();
  const end = Promise.withResolvers<undefined>();
  // Whoever waits for it hears of it; it may be that nobody does.
  end.promise.catch(() => undefined);
  const fields = new Map<UploadField, string>();
  let content: Readable | undefined;
  let problem: Problem | undefined;

  const abandon = (): void => {
    request.unpipe(parser);
    // Read on, and to nowhere: the client would not hear the answer while it is still sending.
    request.resume();
  };
  const fail = (reason: Problem): void => {
    problem ??= reason;
    abandon();
    opened.reject(problem);
    end.reject(problem);
    content?.destroy(problem);
  };
  const unreadable = (cause: unknown): void => {
    fail(new Problem('validation_failed', 'The form could not be read to its end.', { cause }));
  };

  parser.on('field', (name: string | undefined, value: string, _isNameCut: boolean, isValueCut: boolean) => {
    const field = uploadFields.find((one) => one === name);
    if (field === undefined) fail(unknownPart(name));
    else if (content !== undefined) fail(Problem.field(field, 'must come before the file'));
    else if (fields.has(field)) fail(Problem.field(field, 'must come once'));
    else if (isValueCut) fail(Problem.field(field, 'is too long'));
    else fields.set(field, value);
  });
  parser.on(
    'file',
    (name: string | undefined, file: Readable, fileName: string | undefined, _encoding: string, type: string) => {
      file.on('error', (cause) => {
        if (!isGivenUp(cause)) unreadable(cause);
      });
      if (problem !== undefined || name !== 'file') {
        file.resume();
        fail(problem ?? unknownPart(name));
        return;
      }
      content = file;
      opened.resolve({
        fields,
        fileName: unescaped(fileName ?? ''),
        declaredType: type,
        content: file,
        end: end.promise,
        problem: () => problem,
        abandon,
      });
    },
  );
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
    parser.on(limit, () => {
      fail(Problem.field('file', `must be the only one, behind at most ${limits.attachments.maxFields} fields`));
    });
  }
  parser.on('error', unreadable);
  parser.on('finish', () => {
    if (content === undefined) fail(Problem.field('file', 'is missing'));
    else end.resolve(undefined);
  });
  const broken = (): void => {
    if (!request.complete) fail(new Problem('validation_failed', 'The upload was broken off.'));
  };
  request.on('error', broken);
  request.on('close', broken);
  request.pipe(parser);
  return opened.promise;
}

function createParser({ headers }: IncomingMessage): BusboyInstance {
  const contentType = headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) throw noForm();
  const { maxFields } = limits.attachments;
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': contentType },
      // What the name is without its path is for `cleanFileName` to say.
      preservePath: true,
      isPartAFile: (name, _type, fileName) => name === 'file' || fileName !== undefined,
      limits: {
        files: 1,
        fields: maxFields,
        parts: maxFields + 1,
        fieldSize: maxValueBytes,
        headerPairs: 20,
        headerSize: maxHeaderBytes,
      },
    });
  } catch (cause) {
    // It names no boundary.
    throw noForm(cause);
  }
}

/** Its reader wants no more of it, for a reason of his own: nothing is wrong with the form. */
function isGivenUp(cause: Error): boolean {
  return cause.name === 'AbortError';
}

function noForm(cause?: unknown): Problem {
  return new Problem('unsupported_media_type', 'Send the file as multipart/form-data.', { cause });
}

/** The name comes from the client: cut, and without what could break a log line. */
function unknownPart(name = ''): Problem {
  const field = name.slice(0, 64).replace(/[^\x20-\x7e]/g, '?');
  return Problem.field(field, 'is not a part of an upload: its file is named "file"');
}

/** What browsers cannot put between quotation marks they escape so (HTML, 4.10.21.8: multipart form data). */
function unescaped(fileName: string): string {
  return fileName.replace(/%(22|0D|0A)/gi, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
