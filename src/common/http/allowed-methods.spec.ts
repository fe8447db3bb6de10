import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type ErrorRequestHandler } from 'express';

import type { Problem } from '../problem.js';
import { allowedMethods } from './allowed-methods.js';

const routes = new Map([
  ['/api/v1/groups', ['get', 'post']],
  ['/api/v1/groups/{id}', ['get', 'patch', 'delete']],
  ['/api/v1/groups/{id}/members/{userId}', ['put']],
  ['/api/v1/groups/direct/{userId}', ['put']],
  ['/api/v1/users/me', ['get']],
  ['/api/v1/users/{id}', ['get', 'patch']],
  ['/docs/openapi.json', ['get']],
]);

/** Answers 200 where the handler lets a request through, and with the problem's code where it does not. */
function aServer() {
  const refuse: ErrorRequestHandler = (error: Problem, _request, response, _next) => {
    response.status(405).send(error.code);
  };
  return express()
    .use(allowedMethods(routes))
    .use((_request, response) => {
      response.send('passed');
    })
    .use(refuse)
    .listen(0, '127.0.0.1');
}

describe('allowedMethods', () => {
  const server = aServer();
  let address: string;
  beforeAll(async () => {
    if (!server.listening) await once(server, 'listening');
    address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each([
    ['GET', '/api/v1/groups'],
    ['HEAD', '/api/v1/groups'],
    ['POST', '/api/v1/groups'],
    ['POST', '/api/v1/groups/'],
    ['OPTIONS', '/api/v1/groups'],
    ['DELETE', '/api/v1/groups/7'],
    ['PUT', '/api/v1/groups/direct/7'],
    // Two templates match: what either serves is served.
    ['PATCH', '/api/v1/users/me'],
    ['DELETE', '/elsewhere'],
    ['DELETE', '/api/v1/groups/7/members/8/more'],
    ['DELETE', '/docs/openapi-json'],
  ])('lets %s %s through', async (method, path) => {
    expect((await fetch(`${address}${path}`, { method })).status).toBe(200);
  });

  it.each([
    ['DELETE', '/api/v1/groups', 'GET, POST, HEAD'],
    ['POST', '/api/v1/groups/7', 'GET, PATCH, DELETE, HEAD'],
    ['GET', '/api/v1/groups/direct/7', 'PUT'],
    ['GET', '/api/v1/groups/7/members/8?limit=1', 'PUT'],
    ['HEAD', '/api/v1/groups/7/members/8', 'PUT'],
    ['PUT', '/api/v1/users/me', 'GET, PATCH, HEAD'],
    ['POST', '/docs/openapi.json', 'GET, HEAD'],
  ])('answers %s %s with what is allowed', async (method, path, allow) => {
    const answer = await fetch(`${address}${path}`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    if (method !== 'HEAD') expect(await answer.text()).toBe('method_not_allowed');
  });
});
