import { cp } from 'node:fs/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { ObservatoryStatusView } from '../../contract/observatory.js';
import { writeTranscripts } from '../../tools/transcripts/generate.js';
import type { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { killDatabaseUntilNoticed, statusOf } from '../support/engine-of.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../../tools/support/free-port.js';
import { aPerson } from '../support/people.js';
import { everythingShown, TranscriptFolder } from '../support/transcripts.js';

const size = { files: 30, lines: 9_000, projects: 3, linesOfOneLarge: 1_000 };
const kills = 3;
const patienceMs = 60_000;

describe('a scan of transcripts', () => {
  const yard = new ProcessYard();
  const folders: TranscriptFolder[] = [];
  afterEach(async () => {
    await yard.clear();
    await Promise.all(folders.splice(0).map((folder) => folder.remove()));
  });

  const quiet = { RATE_LIMIT_ENABLED: 'false', DEFAULT_DATA: 'false', LOG_LEVEL: 'warn', LOG_FORMAT: 'pretty' };

  it(
    'ends as if nothing had been, when the server is killed in its middle, again and again',
    async () => {
      const folder = await someTranscripts();
      const undisturbed = await shownBy(await started(folder.root));

      const environment = {
        ...quiet,
        TRANSCRIPTS_PATH: folder.root,
        DATA_DIR: await yard.folder(),
        PORT: await freePort(),
      };
      const readAtKills: number[] = [];
      for (let kill = 1; kill <= kills; kill += 1) {
        const server = yard.start(environment);
        const api = await signedIn(await server.ready());
        const enough = (kill * size.lines) / (kills + 2);
        const { lines } = await eventually(async () => {
          const status = await statusFrom(api);
          return status.lines.total >= enough && status;
        }, patienceMs);
        server.signal('SIGKILL');
        await server.ended();
        readAtKills.push(lines.total);
      }
      expect(readAtKills[0]).toBeLessThan(size.lines);

      const server = yard.start(environment);
      expect(await shownBy({ url: await server.ready() })).toEqual(undisturbed);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    },
    6 * patienceMs,
  );

  it(
    'ends as if nothing had been, when the database is killed in its middle',
    async () => {
      const folder = await someTranscripts();
      const undisturbed = await shownBy(await started(folder.root));

      const server = yard.start({
        ...quiet,
        LOG_FORMAT: 'json',
        LOG_LEVEL: 'info',
        TRANSCRIPTS_PATH: folder.root,
        DATA_DIR: await yard.folder(),
      });
      const url = await server.ready();
      await killDatabaseUntilNoticed(server, url, patienceMs);
      await eventually(async () => (await statusOf(url)) === 200, patienceMs);
      expect(await shownBy({ url })).toEqual(undisturbed);
    },
    6 * patienceMs,
  );

  /** Some conversations, and some of which the lines stand in two files. */
  async function someTranscripts(): Promise<TranscriptFolder> {
    const folder = await TranscriptFolder.make();
    folders.push(folder);
    await writeTranscripts(folder.root, size);
    await cp(folder.pathOf('-srv-project-0'), folder.pathOf('-srv-project-copied'), { recursive: true });
    await folder.write('-srv-project-1/broken.jsonl', ['nonsense', '[]', '{"type":"user"}']);
    return folder;
  }

  async function started(root: string): Promise<{ url: string }> {
    const server = yard.start({ ...quiet, TRANSCRIPTS_PATH: root, DATA_DIR: await yard.folder() });
    return { url: await server.ready() };
  }

  async function signedIn(url: string): Promise<ApiClient> {
    return (await aPerson({ url, api: `${url}/api/v1` })).api;
  }

  async function statusFrom(api: ApiClient): Promise<ObservatoryStatusView> {
    return (await api.get<ObservatoryStatusView>('/observatory/status')).body;
  }

  /** Everything, once all is read and all that follows from it is done. */
  async function shownBy({ url }: { url: string }): Promise<unknown> {
    const api = await signedIn(url);
    await eventually(async () => (await statusFrom(api)).state === 'watching', patienceMs);
    let before: unknown = null;
    return eventually(async () => {
      const shown = await everythingShown(api);
      const isStill = JSON.stringify(shown) === JSON.stringify(before);
      before = shown;
      return isStill && shown;
    }, patienceMs);
  }
});
