import { describe, expect, it } from '@jest/globals';

import { DocumentedAnswers, type Exchange, type OpenApiDocument } from '../support/validate-answer.js';

const string = { type: 'string' };
const code = { type: 'string', enum: ['not_found', 'conflict', 'method_not_allowed', 'validation_failed'] };
const problem = (codes: string) => ({
  description: codes,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemModel' } } },
});

/** A small API: one thing, which has a time, a kind that may be null, and an owner who may be null. */
const document: OpenApiDocument = {
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'get',
        responses: {
          '200': {
            description: '',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          '404': problem('`not_found`: Not found'),
        },
      },
      delete: { operationId: 'delete', responses: { '204': { description: '' } } },
    },
    '/things/mine': { get: { operationId: 'mine', responses: { '204': { description: '' } } } },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        properties: {
          at: { type: 'string', format: 'date-time' },
          kind: { type: 'string', enum: ['a'], nullable: true },
          owner: { type: 'object', nullable: true, allOf: [{ $ref: '#/components/schemas/Owner' }] },
        },
        required: ['at', 'kind', 'owner'],
      },
      Owner: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } }, required: ['id'] },
      ProblemModel: {
        type: 'object',
        properties: { type: string, title: string, status: { type: 'number' }, code },
        required: ['type', 'title', 'status', 'code'],
      },
    },
  },
};

const at = '2026-01-02T03:04:05.678Z';
const thing = { at, kind: null, owner: null };
const notFound = { type: '/docs/problems#not_found', title: 'Not found', status: 404, code: 'not_found' };

function faultsOf(about: Partial<Exchange>): string[] {
  const good: Exchange = {
    method: 'GET',
    path: '/things/7',
    hasBody: false,
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: thing,
  };
  return new DocumentedAnswers(document).faultsOf({ ...good, ...about });
}

const asProblem = { contentType: 'application/problem+json; charset=utf-8', status: 404 };

describe('the check of answers against their documentation', () => {
  it.each<[string, Partial<Exchange>]>([
    ['what is as documented', {}],
    ['null where it may be', { body: { ...thing, kind: null } }],
    ['values where null may be', { body: { ...thing, kind: 'a', owner: { id: crypto.randomUUID() } } }],
    ['an answer without a body', { method: 'DELETE', status: 204, contentType: null, body: '' }],
    [
      'a path that two templates match, as the plainer one',
      { path: '/things/mine', status: 204, contentType: null, body: '' },
    ],
    ['a documented problem', { ...asProblem, body: notFound }],
    ['a path that nobody serves', { ...asProblem, path: '/elsewhere', body: notFound }],
    [
      'a method that is not served',
      {
        ...asProblem,
        method: 'PUT',
        status: 405,
        body: {
          type: '/docs/problems#method_not_allowed',
          title: 'Method not allowed',
          status: 405,
          code: 'method_not_allowed',
        },
      },
    ],
  ])('lets %s pass', (_what, about) => {
    expect(faultsOf(about)).toEqual([]);
  });

  it.each<[string, Partial<Exchange>]>([
    ['a field that is missing', { body: { at, kind: null } }],
    ['a field that nobody documented', { body: { ...thing, secret: 1 } }],
    ['a field that nobody documented, deeper', { body: { ...thing, owner: { id: crypto.randomUUID(), email: 'a' } } }],
    ['a value of another type', { body: { ...thing, kind: 1 } }],
    ['a value that is none of the choices', { body: { ...thing, kind: 'b' } }],
    ['null where it may not be', { body: { ...thing, at: null } }],
    ['a time without milliseconds', { body: { ...thing, at: '2026-01-02T03:04:05Z' } }],
    ['a time of another zone', { body: { ...thing, at: '2026-01-02T03:04:05.678+01:00' } }],
    ['an id that is none', { body: { ...thing, owner: { id: '7' } } }],
    ['a status that is not documented', { status: 202 }],
    ['a body where there is none', { method: 'DELETE', status: 204 }],
    ['another content type', { contentType: 'text/html' }],
    ['an operation that is not documented', { method: 'POST' }],
    ['a problem that the route does not name', { ...asProblem, body: { ...notFound, code: 'conflict' } }],
    ['a problem with the status of another', { ...asProblem, status: 409, body: notFound }],
    ['a problem with another title', { ...asProblem, body: { ...notFound, title: 'Nope' } }],
    ['a problem that leads nowhere', { ...asProblem, body: { ...notFound, type: 'about:blank' } }],
    ['a problem that is not whole', { ...asProblem, body: { code: 'not_found' } }],
  ])('finds %s', (_what, about) => {
    expect(faultsOf(about)).not.toEqual([]);
  });
});
