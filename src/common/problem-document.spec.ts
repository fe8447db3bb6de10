import { describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  ConflictException,
  ForbiddenException,
  GoneException,
  HttpException,
  ImATeapotException,
  InternalServerErrorException,
  MethodNotAllowedException,
  NotFoundException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnauthorizedException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';

import { problems, type ProblemCode } from '../../contract/problems.js';
import { Problem } from './problem.js';
import { toProblem, toProblemDocument } from './problem-document.js';

const occurrence = { instance: '/api/v1/groups', correlationId: 'c-1' };
const secret = 'connection to mongodb://root:secret@db failed';

/** What Express' body readers throw. */
function aMiddlewareError(status: unknown): Error {
  return Object.assign(new Error(secret), { status });
}

describe('toProblem', () => {
  it.each<[string, unknown, ProblemCode]>([
    ['a bad request', new BadRequestException(), 'validation_failed'],
    ['an unauthorized one', new UnauthorizedException(), 'unauthenticated'],
    ['a forbidden one', new ForbiddenException(), 'forbidden'],
    ['a route that is not there', new NotFoundException(), 'not_found'],
    ['a method that is not served', new MethodNotAllowedException(), 'method_not_allowed'],
    ['a conflict', new ConflictException(), 'conflict'],
    ['what is gone', new GoneException(), 'gone'],
    ['a large payload', new PayloadTooLargeException(), 'payload_too_large'],
    ['another media type', new UnsupportedMediaTypeException(), 'unsupported_media_type'],
    ['too many requests', new HttpException('slow down', 429), 'rate_limited'],
    ['a service that is not there', new ServiceUnavailableException(), 'unavailable'],
    ['a status that no code is for', new ImATeapotException(), 'internal_error'],
    ['a server error of Nest', new InternalServerErrorException(secret), 'internal_error'],
    ['a body that is too large', aMiddlewareError(413), 'payload_too_large'],
    ['an encoding that is not known', aMiddlewareError(415), 'unsupported_media_type'],
    ['a body that is not JSON', aMiddlewareError(400), 'malformed_json'],
    ['a middleware error that is ours', aMiddlewareError(500), 'internal_error'],
    ['a status that is no number', aMiddlewareError('400'), 'internal_error'],
    ['any error', new TypeError(secret), 'internal_error'],
    ['no error at all', 'thrown text', 'internal_error'],
    ['nothing', undefined, 'internal_error'],
  ])('turns %s into its code', (_what, thrown, code) => {
    const problem = toProblem(thrown);
    expect(problem.code).toBe(code);
    expect(problem.cause).toBe(thrown);
  });

  it.each([
    new TypeError(secret),
    new InternalServerErrorException(secret),
    aMiddlewareError(400),
    aMiddlewareError(500),
  ])('tells nothing of what is inside: %p', (thrown) => {
    expect(JSON.stringify(toProblemDocument(toProblem(thrown), occurrence))).not.toContain('secret');
  });

  it('leaves our own problems as they are', () => {
    const problem = new Problem('gone', 'It is deleted.');
    expect(toProblem(problem)).toBe(problem);
  });
});

describe('toProblemDocument', () => {
  it.each(Object.keys(problems) as ProblemCode[])('says what %s is and where it is explained', (code) => {
    expect(toProblemDocument(new Problem(code, 'This time so.'), occurrence)).toEqual({
      type: `/docs/problems#${code}`,
      title: problems[code].title,
      status: problems[code].status,
      detail: 'This time so.',
      instance: '/api/v1/groups',
      code,
      correlationId: 'c-1',
    });
  });

  it('names the fields and the time to wait when the problem has them', () => {
    const errors = [{ field: 'name', message: 'is too long' }];
    const problem = new Problem('validation_failed', 'name is too long', { errors, retryAfter: 0, cause: secret });
    const document = toProblemDocument(problem, occurrence);
    expect(document).toMatchObject({ errors, retryAfter: 0 });
    expect(JSON.stringify(document)).not.toContain('secret');
  });

  it('makes a problem of one field', () => {
    expect(Problem.field('name', 'is too long')).toMatchObject({
      code: 'validation_failed',
      detail: 'name is too long',
      errors: [{ field: 'name', message: 'is too long' }],
    });
  });
});
