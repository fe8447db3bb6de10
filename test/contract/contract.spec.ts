import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from 'express';

import { problems, type ProblemCode } from '../../contract/problems.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { codesOf, type OpenApiDocument, type OpenApiOperation } from '../support/validate-answer.js';

/** One layer of Express' router, as far as it is a route. */
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

interface Operation extends OpenApiOperation {
  /** Such as `GET /health`. */
  name: string;
}

/** What can be met on any route, or before it is known which one: documented on the page of problems. */
const ofEveryRoute: readonly ProblemCode[] = ['method_not_allowed', 'internal_error'];

describe('the REST contract', () => {
  let app: TestApp;
  let document: OpenApiDocument;
  let operations: Operation[];
  beforeAll(async () => {
    app = await startTestApp({ DASHBOARD_ACCESS: 'admin' });
    document = (await (await fetch(`${app.url}/docs/openapi.json`)).json()) as OpenApiDocument;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, name: `${method.toUpperCase()} ${path}` })),
    );
  });
  afterAll(() => app.stop());

  const forPeople = /^\/(?:llms\.txt|assets\/.*|(?:dashboard|observatory)(?:\/|\/assets\/.*)?)?$/;

  /** Every route that is served, but the pages for people. */
  function servedRoutes(): string[] {
    const express = app.app.getHttpAdapter().getInstance() as unknown as Application;
    const layers = express.router.stack as unknown as Layer[];
    const routes = layers.map(({ route }) => route).filter((route) => route !== undefined);
    const names = routes
      // Middleware stands there as a route of every method.
      .filter(({ path }) => !path.startsWith('/docs') && !forPeople.test(path))
      .filter(({ methods }) => Object.keys(methods).length === 1)
      .flatMap(({ path, methods }) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    return [...new Set(names.map((name) => name.replace(/:([A-Za-z]+)/g, '{$1}').replace(/\/$/, '')))];
  }

  it('documents every route that is served, and serves every route that is documented', () => {
    const served = servedRoutes();
    expect(served.length).toBeGreaterThan(30);
    expect(operations.map(({ name }) => name).sort()).toEqual(served.sort());
  });

  it('says of every route what it is for, and of each something else', () => {
    expect(operations.filter(({ summary = '' }) => summary.length < 8).map(({ name }) => name)).toEqual([]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives every route an answer when all goes well, with a schema unless it is 204', () => {
    const faulty = operations.filter(({ responses }) => {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      return good.length === 0 || good.some(([status, { content }]) => (status === '204') !== (content === undefined));
    });
    expect(faulty.map(({ name }) => name)).toEqual([]);
  });

  it('names the problem codes of every answer that is none of these, each under its own status', () => {
    const faults = operations.flatMap((operation) =>
      Object.entries(operation.responses)
        .filter(([, { content }]) => content !== undefined && 'application/problem+json' in content)
        .filter(([status]) => {
          const codes = codesOf(operation, Number(status));
          return codes.length === 0 || codes.some((code) => problems[code].status !== Number(status));
        })
        .map(([status]) => `${operation.name} ${status}`),
    );
    expect(faults).toEqual([]);
  });

  it('says of every route that asks for a token how it is refused, and of every other that it is open', () => {
    const ofTokens = ['session_revoked', 'token_expired', 'unauthenticated'];
    const faulty = operations.filter((operation) => {
      const codes = codesOf(operation, 401);
      // These take a token too, in their bodies.
      const inBody = ['Auth_refresh', 'Dashboard_begin'];
      const takesToken = operation.security !== undefined || inBody.includes(operation.operationId);
      return takesToken !== ofTokens.every((code) => codes.includes(code as ProblemCode));
    });
    expect(faulty.map(({ name }) => name)).toEqual([]);
  });

  it('asks for a token on every route but those that are meant to be open', async () => {
    const open = operations.filter(({ security }) => security === undefined).map(({ name }) => name);
    expect(open.sort()).toEqual([
      'DELETE /dashboard/api/session',
      'GET /api/v1/invites/{code}',
      'GET /dashboard/api/access',
      'GET /health',
      'GET /health/live',
      'GET /health/ready',
      'POST /api/v1/auth/login',
      'POST /api/v1/auth/refresh',
      'POST /api/v1/auth/register',
      'POST /dashboard/api/session',
    ]);
    for (const { name, security } of operations) {
      const [method, path = ''] = name.split(' ');
      const answer = await fetch(`${app.url}${path.replace(/\{[^}]+\}/g, crypto.randomUUID())}`, {
        method: method ?? '',
      });
      expect({ name, isRefused: answer.status === 401 }).toEqual({ name, isRefused: security !== undefined });
    }
  });

  it('says of every route with a body what can be wrong with the body, and of no other', () => {
    const ofBodies: ProblemCode[] = ['payload_too_large', 'unsupported_media_type'];
    const faulty = operations.filter((operation) => {
      const codes = new Set([400, 413, 415].flatMap((status) => codesOf(operation, status)));
      const isJson = operation.requestBody?.content['application/json'] !== undefined;
      if (codes.has('malformed_json') !== isJson) return true;
      return ofBodies.some((code) => codes.has(code) !== (operation.requestBody !== undefined));
    });
    expect(faulty.map(({ name }) => name)).toEqual([]);
  });

  it('tells of everything in a path what it is', () => {
    const faulty = operations.filter(({ name, parameters = [] }) => {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      const asked = Array.from(name.matchAll(/\{(\w+)\}/g), ([, parameter]) => parameter);
      return (
        asked.toString() !== inPath.map((parameter) => parameter.name).toString() ||
        inPath.some(({ name: id, schema }) => /^(id|userId)$/.test(id) !== (schema.format === 'uuid'))
      );
    });
    expect(faulty.map(({ name }) => name)).toEqual([]);
  });

  it('says of every route with an id in its path that it may be no id', () => {
    const faulty = operations.filter(
      (operation) => /\{(id|userId)\}/.test(operation.name) && !codesOf(operation, 400).includes('validation_failed'),
    );
    expect(faulty.map(({ name }) => name)).toEqual([]);
  });

  it('explains every problem code on the page to which problem documents point', async () => {
    const page = await (await fetch(`${app.url}/docs/problems`)).text();
    for (const [code, { status, title }] of Object.entries(problems)) {
      expect(page).toContain(
        `<tr id="${code}"><td><code>${code}</code></td><td>${String(status)}</td><td>${title}</td>`,
      );
    }
    expect(page.match(/<tr id=/g)).toHaveLength(Object.keys(problems).length);
  });

  it('has no problem code that no route documents', () => {
    const statuses = [...new Set(Object.values(problems).map(({ status }) => status))];
    const documented = new Set(operations.flatMap((one) => statuses.flatMap((status) => codesOf(one, status))));
    const orphans = (Object.keys(problems) as ProblemCode[]).filter((code) => !documented.has(code));
    expect(orphans).toEqual(ofEveryRoute);
  });
});
