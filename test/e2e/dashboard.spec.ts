import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { dashboardExample } from '../../contract/dashboard-example.js';
import type { DashboardData } from '../../contract/dashboard.js';
import { Telemetry } from '../../src/common/telemetry/telemetry.js';
import { Series } from '../../src/monitoring/series.js';
import { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { SchemaCompiler } from '../support/openapi-schema.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock } from '../support/test-clock.js';
import { TestSocket } from '../support/test-socket.js';
import type { OpenApiDocument } from '../support/validate-answer.js';

describe('the dashboard', () => {
  let app: TestApp;
  let ada: Person;
  let ben: Person;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
    ben = await aPerson(app);
  });
  afterAll(() => app.stop());

  /** The client holds every answer to its documented schema, in which nothing is missing and nothing is left over. */
  async function view(correlationId?: string): Promise<DashboardData> {
    const query = correlationId === undefined ? '' : `?correlationId=${correlationId}`;
    return expectStatus(await new ApiClient(app.url).get<DashboardData>(`/dashboard/api/data${query}`), 200);
  }

  it('has an example that is what it documents', async () => {
    const document = (await (await fetch(`${app.url}/docs/openapi.json`)).json()) as OpenApiDocument;
    const content = document.paths['/dashboard/api/data']!['get']!.responses['200']!.content!['application/json']!;
    const compiler = new SchemaCompiler(document.components.schemas);
    expect(compiler.faultsOf(content.schema, dashboardExample)).toEqual([]);
    const { status: _status, ...without } = dashboardExample;
    expect(compiler.faultsOf(content.schema, without)).not.toEqual([]);
  });

  it('tells at a glance that all is well, and of the process and the machine', async () => {
    const { status, system } = await view();
    expect(status).toMatchObject({
      api: { state: 'serving', level: 'green' },
      database: { state: 'up', level: 'green', pingMs: expect.any(Number) },
    });
    expect(system.process.pid).toBe(process.pid);
    expect(system.process.residentMb).toBeGreaterThan(20);
    expect(system.memory.totalMb).toBeGreaterThan(system.memory.usedMb);
  });

  it('counts requests by the template of their route, and never shows the path', async () => {
    const { id } = await ada.createGroup();
    await ada.api.get(`/groups/${id}`);
    await ben.api.get(`/groups/${id}`);
    await new ApiClient(app.url).get('/nothing-of-the-kind/at-all');
    const data = await eventually(async () => {
      const seen = await view();
      return seen.endpoints.some(({ route }) => route === '(none)') && seen;
    });
    expect(data.endpoints).toContainEqual(
      expect.objectContaining({ method: 'GET', route: '/api/v1/groups/{id}', requests: 2, errors: 0, refused: 1 }),
    );
    expect(data.performance.refused).toBeGreaterThanOrEqual(2);
    expect(data.performance.p95Ms).toBeGreaterThan(0);
    expect(JSON.stringify(data.endpoints)).not.toContain(id);
    expect(JSON.stringify(data)).not.toContain('nothing-of-the-kind');
  });

  it('follows one request by its correlation id', async () => {
    const { id } = await ada.createGroup();
    const refused = await ben.api.get(`/groups/${id}`, { 'x-correlation-id': 'the-one-that-failed' });
    expectProblem(refused, 'not_a_member');
    await ben.api.get('/users/me', { 'x-correlation-id': 'another-one' });
    const { logs } = await eventually(async () => {
      const seen = await view('the-one-that-failed');
      return seen.logs.errors.length > 0 && seen;
    });
    const who = { userId: ben.id, username: ben.username };
    const of = { correlationId: 'the-one-that-failed', status: 403, code: 'not_a_member', ...who };
    expect(logs.correlationId).toBe('the-one-that-failed');
    expect(logs.requests).toEqual([expect.objectContaining({ method: 'GET', route: '/api/v1/groups/{id}', ...of })]);
    expect(logs.errors).toEqual([expect.objectContaining({ what: 'GET /api/v1/groups/{id}', source: 'http', ...of })]);
    expect(logs.socketEvents).toEqual([]);
  });

  it.each(['a%20b', 'x'.repeat(65), '%00', '%27%22%3Cscript%3E', 'a&correlationId=b', ''])(
    'refuses the correlation id %j',
    async (id) => {
      expectProblem(await new ApiClient(app.url).get(`/dashboard/api/data?correlationId=${id}`), 'validation_failed');
    },
  );

  it.each(['socket.io', 'websocket'] as const)('shows the events of %s, and what became of them', async (transport) => {
    const { id } = await ada.createGroup();
    const socket = await (transport === 'socket.io' ? ada.connect() : ada.connectPlain());
    const before = await view();
    expect((await socket.send('message', { groupId: id, content: 'hello' })).ok).toBe(true);
    const refused = await socket.send('typing', { groupId: crypto.randomUUID() });
    if (refused.ok) throw new Error('it was to be refused');
    const { correlationId } = refused.error;
    const data = await eventually(async () => {
      const seen = await view();
      return seen.realtime.eventsIn >= before.realtime.eventsIn + 2 && seen;
    });
    const who = { transport, userId: ada.id, username: ada.username };
    expect(data.logs.socketEvents.slice(0, 2)).toEqual([
      expect.objectContaining({ ...who, event: 'typing', code: 'not_found', correlationId }),
      expect.objectContaining({ ...who, event: 'message', code: null }),
    ]);
    expect(data.logs.errors[0]).toMatchObject({ source: 'socket', what: 'typing', status: 404, correlationId });
    expect(data.realtime.eventsOut).toBeGreaterThan(before.realtime.eventsOut);
    expect(data.realtime.delivery.p95Ms).toBeGreaterThan(0);
    expect(data.realtime.groups).toContainEqual(
      expect.objectContaining({
        groupId: id,
        connections: 1,
        socketIo: transport === 'socket.io' ? 1 : 0,
        websocket: transport === 'websocket' ? 1 : 0,
      }),
    );
    expect(data.status.connections.value).toBe(1);
    ada.disconnect();
    await eventually(async () => (await view()).status.connections.value === 0);
  });

  it('remembers who came and went, and why', async () => {
    await ben.connect();
    await ben.api.post('/auth/logout');
    const [gone, came] = await eventually(async () => {
      const { log } = (await view()).realtime;
      return log[0]?.kind === 'disconnect' && log;
    });
    expect(gone).toMatchObject({ kind: 'disconnect', userId: ben.id, reason: 'session_revoked' });
    expect(came).toMatchObject({ kind: 'connect', userId: ben.id, username: ben.username, reason: null });
    expect(gone!.correlationId).toBe(came!.correlationId);
    ben = await ben.logInAgain();
  });

  it('tells of whoever was not let in', async () => {
    const refusal = await TestSocket.refused(app.url, 'no token of ours');
    const { logs } = await view(refusal.correlationId);
    expect(logs.errors).toEqual([
      expect.objectContaining({ source: 'socket', what: '/socket.io', code: 'unauthenticated', userId: null }),
    ]);
  });

  it('counts groups and messages in the background, the deleted ones too, and names the largest groups', async () => {
    const small = await startTestApp();
    const clock = takeClock(small);
    try {
      const eve = await aPerson(small);
      const [busy, quiet] = [await eve.createGroup({ name: 'busy' }), await eve.createGroup({ name: 'quiet' })];
      for (let count = 0; count < 4; count += 1) await eve.sendMessage(busy.id);
      const { id } = await eve.sendMessage(quiet.id);
      await eve.api.delete(`/messages/${id}`);
      clock.advance(61_000);
      const dashboard = new ApiClient(small.url);
      const counts = await eventually(async () => {
        const { body } = await dashboard.get<DashboardData>('/dashboard/api/data');
        return body.database.counts?.messages === 5 && body.database.counts;
      });
      expect(counts).toMatchObject({
        groups: 2,
        users: 1,
        messages: 5,
        activeMessages: 4,
        deletedMessages: 1,
        deletionRatePercent: 20,
        messagesPerGroup: 2.5,
        messagesIn24h: 5,
        groupsIn24h: 2,
      });
      expect(counts.topGroups.map(({ name, messages }) => [name, messages])).toEqual([
        ['busy', 4],
        ['quiet', 1],
      ]);
      expect(Date.parse(counts.topGroups[0]!.lastActivityAt!)).toBeGreaterThan(0);
    } finally {
      await small.stop();
    }
  });

  it('keeps an hour of series, a point for each step', async () => {
    const series = app.app.get(Series);
    const { length } = (await view()).series.times;
    await ada.api.get('/users/me');
    await eventually(async () => {
      series.step();
      const { requestsPerSecond } = (await view()).series;
      return requestsPerSecond.some((rate) => rate > 0);
    });
    for (let step = 0; step < 400; step += 1) series.step();
    const { stepSeconds, ...columns } = (await view()).series;
    expect(stepSeconds).toBe(10);
    expect(columns.times.length).toBe(360);
    expect(columns.times.length).toBeGreaterThan(length);
    expect(new Set(Object.values(columns).map((column) => column.length)).size).toBe(1);
  });

  it('turns orange and red by the thresholds of the contract', async () => {
    const slow = await startTestApp();
    try {
      const telemetry = slow.app.get(Telemetry);
      const request = { correlationId: 'x', method: 'GET', route: '/slow', userId: null, code: null };
      for (let count = 0; count < 50; count += 1) {
        telemetry.request({ ...request, status: count < 5 ? 500 : 200, durationMs: count < 25 ? 6_000 : 700 }, false);
      }
      const { body } = await new ApiClient(slow.url).get<DashboardData>('/dashboard/api/data');
      expect(body.status).toMatchObject({
        level: 'red',
        errorRatePercent: { value: 10, level: 'red' },
        p95ResponseMs: { level: 'red' },
      });
      expect(body.status.reasons.map(({ text }) => text).join()).toMatch(/10 % of the answers/);
      expect(body.performance).toMatchObject({ slow: 25, verySlow: 25, errors: 5, errorRatePercent: 10 });
      expect(body.logs.slowRequests).toHaveLength(10);
      expect(body.logs.slowRequests[0]).toMatchObject({ route: '/slow', isSlow: true, isVerySlow: true });
    } finally {
      await slow.stop();
    }
  });
});
