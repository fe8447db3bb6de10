import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('the rate of messages', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_MESSAGES_PER_MINUTE: '4' });
  });
  afterAll(() => app.stop());

  it('is counted for each user, over all his groups, over REST and sockets together', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const [first, second] = [await ada.createGroup({ memberIds: [bob.id] }), await ada.createGroup()];
    const socket = await ada.connect();
    await ada.sendMessage(first.id);
    await ada.sendMessage(second.id);
    expect(await socket.send('message', { groupId: first.id, content: 'three' })).toMatchObject({ ok: true });
    await ada.sendMessage(first.id);

    const answer = await ada.api.post(`/groups/${second.id}/messages`, { content: 'five' });
    const { retryAfter } = expectProblem(answer, 'rate_limited');
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(await socket.send('message', { groupId: first.id, content: 'five' })).toMatchObject({
      ok: false,
      error: { code: 'rate_limited' },
    });
    // He may still read, and others may still write.
    expectStatus(await ada.api.get(`/groups/${first.id}/messages`), 200);
    expect((await bob.sendMessage(first.id)).seq).toBe(4);
    ada.disconnect();
  });

  it('is told with each send over REST: what is left of it, and when it begins anew', async () => {
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const send = () =>
      ada.api.post(`/groups/${id}/messages`, { content: 'counted', clientMessageId: crypto.randomUUID() });
    const shown = ({ headers }: { headers: Headers }, suffix: string) => [
      headers.get(`ratelimit-limit${suffix}`),
      headers.get(`ratelimit-remaining${suffix}`),
    ];
    const socket = await ada.connect();
    const answers = [await send(), await send()];
    // What goes over a socket counts as well.
    await socket.send('message', { groupId: id, content: 'counted' });
    answers.push(await ada.api.post(`/groups/${id}/messages`, {}), await send());
    expect(answers.map((answer) => shown(answer, '-messagesperminute'))).toEqual([
      ['4', '3'],
      ['4', '2'],
      ['4', '1'],
      ['4', '0'],
    ]);
    for (const { headers } of answers) {
      const reset = Number(headers.get('ratelimit-reset-messagesperminute'));
      expect(reset).toBeGreaterThan(0);
      expect(reset).toBeLessThanOrEqual(60);
    }
    // The plain headers are about requests of any kind, until it is the rate of messages that refuses.
    expect(shown(answers[0]!, '')).not.toEqual(['4', '3']);
    const refused = await send();
    expectProblem(refused, 'rate_limited');
    expect(shown(refused, '')).toEqual(['4', '0']);
    expect(refused.headers.get('retry-after')).toBe(refused.headers.get('ratelimit-reset'));
    ada.disconnect();
  });
});
