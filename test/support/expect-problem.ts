import { expect } from '@jest/globals';

import { problems, type ProblemCode, type ProblemDocument } from '../../contract/problems.js';
import type { ApiAnswer } from './api-client.js';

/** What must never reach a client: stack frames, files of the server, names of the driver and of its errors. */
const internals = /\bat .+\(|node_modules|\/src\/|\.ts:\d|\.js:\d|Mongo|mongoose|E11000|BSON|CastError|StrictModeError/;

/**
 * The answer is a problem document with this code, complete and with nothing that is not for clients.
 *
 * @returns the document, to look at what is special about it
 */
export function expectProblem(answer: ApiAnswer, code: ProblemCode): ProblemDocument {
  const document = answer.body as ProblemDocument;
  expect({ status: answer.status, code: document.code }).toEqual({ status: problems[code].status, code });
  expectProblemDocument(answer);
  return document;
}

/** The answer is some problem document as the contract describes it; for inputs where the code is not the point. */
export function expectProblemDocument(answer: ApiAnswer): void {
  const document = answer.body as ProblemDocument;
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(Object.keys(problems)).toContain(document.code);
  const { errors, retryAfter, ...always } = document;
  expect(always).toEqual({
    type: `/docs/problems#${document.code}`,
    title: problems[document.code].title,
    status: answer.status,
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^\//),
    code: document.code,
    correlationId: answer.headers.get('x-correlation-id'),
  });
  if (errors !== undefined) {
    expect(errors).toEqual(errors.map(() => ({ field: expect.any(String), message: expect.stringMatching(/./) })));
    expect(errors).not.toHaveLength(0);
  }
  if (retryAfter !== undefined) expect(answer.headers.get('retry-after')).toBe(String(retryAfter));
  // But for the path that was asked for, which is the client's own.
  expect(JSON.stringify({ ...document, instance: '' })).not.toMatch(internals);
  if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
}

/** The names of the fields that an answer complains about, each once. */
export function faultyFields(answer: ApiAnswer): string[] {
  const { errors } = answer.body as ProblemDocument;
  return [...new Set(errors?.map(({ field }) => field))];
}
