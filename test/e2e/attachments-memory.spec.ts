import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AttachmentView } from '../../contract/attachment-views.js';
import { ProcessYard } from '../support/confab-process.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { anArchive, formOf, sendForm } from '../support/upload.js';

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
      Promise.all(
        people.map(async (person, index): Promise<AttachmentView> => {
          const form = formOf({ groupId: groups[index]!.id }, file);
          return expectStatus(await sendForm(person, form), 201);
        }),
      );
    const downloadAll = (files: readonly AttachmentView[]) =>
      Promise.all(people.map((person, index) => sha256At(person, files[index]!.url)));
    // V8 lets some sixty MiB of garbage gather, whatever makes it, before it collects any: so a round that begins behind a
    // collection shows what transfers take, and one that begins before it what has been left lying.
    const grownMiB: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const before = residentMiB();
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, residentMiB());
      }, 20);
      const files = await uploadAll();
      const received = await downloadAll(files);
      clearInterval(watch);
      grownMiB.push(peak - before);
      expect(received).toEqual(Array.from({ length: transfers }, () => sent));
      expect(files.map(({ sha256 }) => sha256)).toEqual(received);
    }
    const told = grownMiB.map((grown) => grown.toFixed(1)).join(', ');
    process.stdout.write(
      `${transfers} transfers of 25 MiB at once, up and down: resident memory grows by ${told} MiB\n`,
    );

    expect(Math.min(...grownMiB)).toBeLessThan(20);
    // From the first moment on, when nothing is warm: less than the files are together.
    expect(Math.max(...grownMiB)).toBeLessThan(200);
  }, 300_000);
});
