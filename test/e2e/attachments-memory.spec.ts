import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AttachmentView } from '../../contract/attachment-views.js';
import { ProcessYard } from '../support/confab-process.js';
import { aPerson, type Person } from '../support/people.js';
import { anArchive, formOf } from '../support/upload.js';

const mebibyte = 1_048_576;
const transfers = 10;
const rounds = 4;

describe('ten files of 25 MiB at once', () => {
  const yard = new ProcessYard();
  let server: ReturnType<ProcessYard['start']>;
  let url: string;
  beforeAll(async () => {
    server = yard.start({
      DATA_DIR: await yard.folder(),
      DATABASE_NAME: 'memory',
      RATE_LIMIT_ENABLED: 'false',
      DEFAULT_DATA: 'false',
    });
    url = await server.ready();
  });
  afterAll(() => yard.clear());

  const residentMiB = (): number => {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes) / 1024;
  };

  /** Over a connection of its own: a kept one may be closed by the server in the moment in which 25 MiB set out. */
  async function upload({ tokens }: Person, form: FormData): Promise<AttachmentView> {
    const body = new Response(form);
    const request = httpRequest(`${url}/api/v1/attachments`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${tokens.accessToken}`,
        'content-type': body.headers.get('content-type') ?? '',
      },
    });
    request.end(Buffer.from(await body.arrayBuffer()));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(201);
    return (await json(response)) as AttachmentView;
  }

  async function sha256At({ tokens }: Person, path: string): Promise<string> {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tokens.accessToken}` } });
    const hash = createHash('sha256');
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest('hex');
  }

  it('go up and come down as they are, and the server grows by less than 20 MiB', async () => {
    const people = await Promise.all(Array.from({ length: transfers }, () => aPerson({ url, api: `${url}/api/v1` })));
    const groups = await Promise.all(people.map((person) => person.createGroup()));
    const file = anArchive(25 * mebibyte);
    const sent = createHash('sha256').update(file.bytes).digest('hex');
    const uploadAll = () =>
      Promise.all(people.map((person, index) => upload(person, formOf({ groupId: groups[index]!.id }, file))));
    const downloadAll = (files: readonly AttachmentView[]) =>
      Promise.all(people.map((person, index) => sha256At(person, files[index]!.url)));
    const transferAll = async () => {
      const files = await uploadAll();
      return { files, received: await downloadAll(files) };
    };
    // V8 lets some sixty MiB of garbage gather, whatever makes it, before it collects any. The first round brings the
    // server to that level; what transfers need themselves would raise it further.
    const idleMiB = residentMiB();
    let highestMiB = idleMiB;
    const raisedMiB: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      let peak = residentMiB();
      const watch = setInterval(() => {
        peak = Math.max(peak, residentMiB());
      }, 20);
      const { files, received } = await transferAll().finally(() => {
        clearInterval(watch);
      });
      expect(received).toEqual(Array.from({ length: transfers }, () => sent));
      expect(files.map(({ sha256 }) => sha256)).toEqual(received);
      raisedMiB.push(Math.max(0, peak - highestMiB));
      highestMiB = Math.max(highestMiB, peak);
    }
    const [first = 0, ...later] = raisedMiB;
    const told = later.map((raised) => raised.toFixed(1)).join(', ');
    process.stdout.write(
      `${transfers} files of 25 MiB at once, up and down: ${idleMiB.toFixed(1)} MiB resident before, ${first.toFixed(1)} more in the first round, then ${told}\n`,
    );

    const median = later.toSorted((one, other) => one - other)[Math.floor(later.length / 2)];
    expect(median).toBeLessThan(20);
    // Cold as it was, it has never held what was sent.
    expect(first).toBeLessThan(200);
  }, 300_000);
});
