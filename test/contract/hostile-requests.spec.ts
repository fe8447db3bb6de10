import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { expectProblemDocument } from '../support/expect-problem.js';
import { hostileBodies, hostileJson, hostileParts, hostileQueries } from '../support/hostile-values.js';
import { documentedAnswers, type OpenApiDocument } from '../support/validate-answer.js';
import { AnswerScene, exampleOf, operationsOf, pathOf, type Operation } from './documented-answers-scene.js';

interface Attempt {
  method: string;
  path: string;
  body?: string | undefined;
}

/** So many at a time. */
const atOnce = 16;

/**
 * So many of the hostile values stand for one of them: each field gets others than the field before it, so that each value
 * meets each kind of field on some route. No share divides the number of values. All of
 * them on all routes take minutes, and found nothing more.
 */
const shares = { paths: 3, queries: 8, bodies: 9 } as const;

/**
 * Whatever stands in a path, a query or a body: it is answered, by a problem document when it is refused, and never as if
 * the fault were the server's. All by an admin, who owns the group: so nothing stops at the door.
 */
describe('a hostile request', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let scene: AnswerScene;
  let operations: Operation[];
  let schemas: OpenApiDocument['components']['schemas'];
  let ids: (operation: Operation) => Record<string, string>;
  beforeAll(async () => {
    scene = await AnswerScene.start({});
    const { admin, bob } = scene;
    const group = await admin.createGroup({ memberIds: [bob.id] });
    const { id: messageId } = await admin.sendMessage(group.id);
    operations = await operationsOf(scene.app);
    const document = (await (await fetch(`${scene.app.url}/docs/openapi.json`)).json()) as OpenApiDocument;
    ({ schemas } = document.components);
    ids = ({ template }) => ({
      id: template.includes('/groups/') ? group.id : template.includes('/messages/') ? messageId : bob.id,
      userId: bob.id,
      username: bob.username,
    });
  });
  afterAll(async () => {
    agent.destroy();
    await scene.app.stop();
  });

  /** As it is: `fetch` would tidy the path up. */
  async function send({ method, path, body }: Attempt): Promise<ApiAnswer> {
    const { hostname, port } = new URL(scene.app.url);
    const headers = {
      authorization: `Bearer ${scene.admin.tokens.accessToken}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path, headers, agent }, (response) => {
        text(response).then((received) => {
          const type = response.headers['content-type'] ?? '';
          resolve({
            status: response.statusCode ?? 0,
            headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: type.includes('json') && received !== '' ? JSON.parse(received) : received,
          });
        }, reject);
      });
      outgoing.on('error', reject).end(body);
    });
  }

  async function faultOf(attempt: Attempt): Promise<string | null> {
    const { method, path, body } = attempt;
    const name = `${method} ${path.slice(0, 200)} ${body?.slice(0, 200) ?? ''}`;
    try {
      const answer = await send(attempt);
      if (answer.status >= 500) return `${name}: ${JSON.stringify(answer.body)}`;
      if (answer.status >= 400) expectProblemDocument(answer);
      const documented = await documentedAnswers(scene.app.url);
      documented?.assert({
        method,
        path: path.split('?', 1)[0] ?? '',
        hasBody: body !== undefined,
        status: answer.status,
        contentType: answer.headers.get('content-type'),
        body: answer.body,
      });
      return null;
    } catch (error) {
      return `${name}: ${String(error)}`;
    }
  }

  async function expectAnswered(attempts: Attempt[], share: number): Promise<void> {
    const faults: string[] = [];
    const waiting = attempts.filter((_attempt, index) => index % share === 0).values();
    const work = async () => {
      for (const attempt of waiting) {
        const fault = await faultOf(attempt);
        if (fault !== null) faults.push(fault);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(attempts.length).toBeGreaterThan(100);
    expect(faults.slice(0, 20)).toEqual([]);
    expect((await new ApiClient(scene.app.url).get('/health')).status).toBe(200);
  }

  const isDeletion = ({ method }: Attempt) => method === 'DELETE';

  const goodBody = (operation: Operation) => {
    const example = exampleOf(operation);
    return example === undefined ? undefined : JSON.stringify(example);
  };

  it('is answered, whatever stands in its path', async () => {
    const attempts = operations.flatMap((operation) => {
      const names = Array.from(operation.template.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
      return names.flatMap((hostile) =>
        hostileParts.map((part) => {
          const marked = pathOf(operation, { ...ids(operation), [hostile]: 'HOSTILE' });
          return { method: operation.method, path: marked.replace('HOSTILE', () => part), body: goodBody(operation) };
        }),
      );
    });
    await expectAnswered(attempts, shares.paths);
  });

  it('is answered, whatever stands in its query', async () => {
    const attempts = operations.flatMap((operation) => {
      const queries = (operation.about.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const path = pathOf(operation, ids(operation));
      const names =
        operation.method === 'GET' || queries.length > 0 ? [...queries.map(({ name }) => name), 'unknown'] : [];
      return names.flatMap((name) =>
        hostileQueries(name).map((query) => ({
          method: operation.method,
          path: `${path}${path.includes('?') ? '&' : '?'}${query}`,
          body: goodBody(operation),
        })),
      );
    });
    // What succeeds must leave the others something to try.
    await expectAnswered(
      attempts.toSorted((one, other) => Number(isDeletion(one)) - Number(isDeletion(other))),
      shares.queries,
    );
  });

  it('is answered, whatever stands in a field of its body, or in place of it', async () => {
    const attempts = operations
      .filter(({ about }) => about.requestBody?.content['application/json'] !== undefined)
      .flatMap((operation) => {
        const schema = operation.about.requestBody!.content['application/json']!.schema;
        const { properties = {} } = schemas[schema.$ref!.split('/').at(-1)!]!;
        const path = pathOf(operation, ids(operation));
        const others = exampleOf(operation) as Record<string, unknown>;
        const fields = [...Object.keys(properties), 'unknown', '__proto__', '$set'];
        const bodies = fields.flatMap((field) => {
          const rest = Object.entries(others).filter(([name]) => name !== field);
          const written = rest.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
          return hostileJson.map((value) => `{${[...written, `${JSON.stringify(field)}:${value}`].join(',')}}`);
        });
        return [...bodies, ...hostileBodies].map((body) => ({ method: operation.method, path, body }));
      });
    await expectAnswered(attempts, shares.bodies);
  });
});
