import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { afterAll, describe, expect, it, jest } from '@jest/globals';

import { ProcessYard } from '../support/confab-process.js';

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

describe('the program', () => {
  const yard = new ProcessYard();
  // Several starts and stops of a whole server in one test: seconds, but many on a machine that does other things.
  jest.setTimeout(90_000);
  afterAll(() => yard.clear());

  it('says where it is ready in one line for programs, as text or as JSON', async () => {
    const [pretty, json] = [
      yard.start({ DATA_DIR: await yard.folder(), LOG_FORMAT: 'pretty' }),
      yard.start({ DATA_DIR: await yard.folder(), LOG_FORMAT: 'json' }),
    ];
    const [url, other] = await Promise.all([pretty.ready(), json.ready()]);
    expect(linesOf(pretty.stdout)).toContain(`Confab is ready at ${url}`);
    expect(json.log.filter(({ msg }) => msg === `Confab is ready at ${other}`)).toHaveLength(1);
    for (const address of [url, other]) expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    expect([await pretty.stop(), await json.stop()]).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    expect([pretty.stderr, json.stderr]).toEqual(['', '']);
  });

  it('says in one line that its port is taken, ends with 1 and leaves its folder free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const DATA_DIR = await yard.folder();
    const { code, stderr } = await yard.run({ DATA_DIR, PORT: String(port) });
    taken.close();
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^Confab cannot start: the port is taken\..*PORT/)]);
    const next = yard.start({ DATA_DIR });
    await next.ready();
    expect(await next.stop()).toEqual({ code: 0, signal: null });
  });

  it('says in one line that its data folder is in use, ends with 1 and disturbs nobody', async () => {
    const DATA_DIR = await yard.folder();
    const first = yard.start({ DATA_DIR });
    const url = await first.ready();
    const { code, stderr } = await yard.run({ DATA_DIR });
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/^Confab cannot start: .* is in use by process \d+; .*DATA_DIR/),
    ]);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
  });

  it('says in one line that an outside database does not answer', async () => {
    const { code, stderr } = await yard.run({
      DATA_DIR: await yard.folder(),
      MONGODB_URI: 'mongodb://127.0.0.1:1',
      MONGODB_TIMEOUT_MS: '300',
    });
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/^Confab cannot start: the database does not answer .*MONGODB_URI/),
    ]);
  });
});
