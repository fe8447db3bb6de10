import { afterEach, describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import type { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { killDatabaseUntilNoticed, statusOf } from '../support/engine-of.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../../tools/support/free-port.js';
import { aPerson, type Person } from '../support/people.js';
import { forAll, readLog } from '../support/read-log.js';
import { SteadySender } from '../support/steady-sender.js';
import type { TestSocket } from '../support/test-socket.js';

const senderCount = 8;
const outages = 3;
/** Between two outages so many messages must get through. */
const messagesBetween = 150;
/** A server that takes over a folder waits up to 12 s for the database of the one before. */
const patienceMs = 40_000;

describe('a server under load', () => {
  const yard = new ProcessYard();
  const senders: SteadySender[] = [];
  const people: Person[] = [];
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.stop()));
    for (const person of people.splice(0)) person.disconnect();
    await yard.clear();
  });

  it(
    'loses, doubles and reorders nothing when its database is killed again and again, and stays up itself',
    async () => {
      const server = yard.start({ ...quiet, DATA_DIR: await yard.folder() });
      const url = await server.ready();
      const { api, groupId, observer } = await aBusyGroup(url);

      for (let outage = 0; outage < outages; outage += 1) {
        await untilSent(messagesBetween);
        await killDatabaseUntilNoticed(server, url, patienceMs);
        await eventually(async () => (await statusOf(url)) === 200, patienceMs);
      }
      await untilSent(messagesBetween);
      await Promise.all(senders.map((sender) => sender.stop()));

      const stored = await readLog(api, groupId);
      expectNothingLostOrDoubled(stored);
      // Its socket was open all the time: it was told of everything, once and in order.
      await eventually(() => observer.all('new_message').length >= stored.length);
      expect(observer.all('new_message').map(({ message }) => message)).toEqual(stored.map(forAll));
      const alarms = server.log.filter(({ msg }) => /not handled|not caught/.test(String(msg)));
      expect(alarms).toEqual([]);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    },
    4 * patienceMs,
  );

  it(
    'loses and doubles nothing when it is killed itself and started again on the same folder',
    async () => {
      const environment = { ...quiet, DATA_DIR: await yard.folder(), PORT: await freePort() };
      let server = yard.start(environment);
      const url = await server.ready();
      const { api, groupId } = await aBusyGroup(url);

      for (let outage = 0; outage < 2; outage += 1) {
        await untilSent(messagesBetween);
        server.signal('SIGKILL');
        await server.ended();
        server = yard.start(environment);
        const restarted = server;
        await eventually(() => restarted.ready(), patienceMs);
      }
      await untilSent(messagesBetween);
      await Promise.all(senders.map((sender) => sender.stop()));

      expectNothingLostOrDoubled(await readLog(api, groupId));
      expect(senders.some(({ interruptions }) => interruptions > 0)).toBe(true);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    },
    4 * patienceMs,
  );

  const quiet = { RATE_LIMIT_ENABLED: 'false', DEFAULT_DATA: 'false', LOG_LEVEL: 'info' };

  /** A group in which everyone sends all the time, and one who only listens. */
  async function aBusyGroup(url: string): Promise<{ api: ApiClient; groupId: string; observer: TestSocket }> {
    const app = { url, api: `${url}/api/v1` };
    const [listener, ...others] = await Promise.all(Array.from({ length: senderCount + 1 }, () => aPerson(app)));
    people.push(listener!, ...others);
    const group = await listener!.createGroup({ memberIds: others.map(({ id }) => id) });
    const observer = await listener!.connect();
    senders.push(...others.map((one) => new SteadySender(one, group.id)));
    return { api: listener!.api, groupId: group.id, observer };
  }

  function sentSoFar(): number {
    return senders.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  async function untilSent(more: number): Promise<void> {
    const goal = sentSoFar() + more;
    await eventually(() => sentSoFar() >= goal, patienceMs);
  }

  function expectNothingLostOrDoubled(stored: readonly MessageView[]): void {
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_message, index) => index + 1));
    expect(new Set(stored.map(({ clientMessageId }) => clientMessageId)).size).toBe(stored.length);
    const byId = new Map(stored.map((message) => [message.id, forAll(message)]));
    for (const { acknowledged } of senders) {
      // As acknowledged, to the last field; and each sender's messages in the order in which he sent them.
      expect(acknowledged.map(({ id }) => byId.get(id))).toEqual(acknowledged.map(forAll));
      expect(acknowledged.map(({ seq }) => seq)).toEqual(acknowledged.map(({ seq }) => seq).sort((a, b) => a - b));
    }
    // Every sender repeats until he hears of it: in the end nothing is stored that nobody was told of.
    expect(sentSoFar()).toBe(stored.length);
  }
});
