import { randomUUID } from 'node:crypto';
import { chmod, chown } from 'node:fs/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { aPerson } from '../support/people.js';
import { conversationWhen, Script, statusWhen, TranscriptFolder } from '../support/transcripts.js';

/** Who may read nothing but what everyone may. */
const nobody = { uid: 65_534, gid: 65_534 };
/** Changes of rights are told by nobody: a look at all files finds them. */
const patienceMs = 45_000;

describe('an observatory that may not read everything', () => {
  const yard = new ProcessYard();
  const folders: TranscriptFolder[] = [];
  afterEach(async () => {
    await yard.clear();
    await Promise.all(folders.splice(0).map((folder) => folder.remove()));
  });

  const isRoot = process.getuid?.() === 0;

  /** Root may read everything: for it the server is somebody else. */
  async function started(): Promise<{ folder: TranscriptFolder; api: ApiClient }> {
    const folder = await TranscriptFolder.make();
    folders.push(folder);
    await chmod(folder.root, 0o755);
    const dataDir = await yard.folder();
    if (isRoot) await chown(dataDir, nobody.uid, nobody.gid);
    const environment = {
      TRANSCRIPTS_PATH: folder.root,
      DATA_DIR: dataDir,
      RATE_LIMIT_ENABLED: 'false',
      DEFAULT_DATA: 'false',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'pretty',
    };
    const url = await yard.start(environment, [], isRoot ? nobody : {}).ready();
    const { api } = await aPerson({ url, api: `${url}/api/v1` });
    await statusWhen(api, ({ state }) => state === 'watching');
    return { folder, api };
  }

  it('says of a file that it may not read that it is unreadable, and reads it when it may', async () => {
    const { folder, api } = await started();
    const script = new Script();
    const name = `-srv-engine/${script.sessionId}.jsonl`;
    const path = await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    await chmod(path, 0o200);
    await folder.append(name, [script.asks('two')]);
    await statusWhen(api, ({ files }) => files.unreadable === 1, patienceMs);
    await chmod(path, 0o644);
    await folder.append(name, [script.asks('three')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 3, patienceMs);
    await statusWhen(api, ({ files }) => files.unreadable === 0);
  });

  it.each([
    ['listed', 0o300],
    ['entered', 0o444],
  ])('takes no file for gone of which the folder may not be %s', async (_what, mode) => {
    const { folder, api } = await started();
    const script = new Script();
    const name = `-srv-engine/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    await conversationWhen(api, script.sessionId);
    await chmod(folder.pathOf('-srv-engine'), mode);
    // A folder that comes has all files looked at.
    const other = new Script();
    await folder.write(`-srv-${randomUUID()}/${other.sessionId}.jsonl`, [other.asks('x')]);
    await conversationWhen(api, other.sessionId, undefined, patienceMs);
    const another = new Script();
    await folder.write(`-srv-${randomUUID()}/${another.sessionId}.jsonl`, [another.asks('x')]);
    await conversationWhen(api, another.sessionId, undefined, patienceMs);
    const { files } = await statusWhen(api, ({ state }) => state === 'watching');
    expect(files).toMatchObject({ total: 3, gone: 0 });
    await chmod(folder.pathOf('-srv-engine'), 0o755);
    await folder.append(name, [script.asks('two')]);
    await conversationWhen(api, script.sessionId, ({ messageCount }) => messageCount === 2, patienceMs);
  });
});
