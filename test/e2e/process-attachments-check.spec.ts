import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { Check } from '../../tools/attachments-check/check.js';
import { Progress } from '../../tools/support/progress.js';
import { ProcessYard } from '../support/confab-process.js';
import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { anArchive, upload } from '../support/upload.js';

describe('npm run attachments:check', () => {
  const yard = new ProcessYard();
  let app: TestApp;
  let environment: Record<string, string>;
  beforeAll(async () => {
    const MONGODB_URI = process.env['CONFAB_TEST_MONGODB_URI'] ?? '';
    const DATABASE_NAME = `check-${crypto.randomUUID().slice(0, 8)}`;
    environment = { MONGODB_URI, DATABASE_NAME, DATA_DIR: await yard.folder() };
    app = await startTestApp({ DATABASE_NAME });
  });
  afterAll(async () => {
    await yard.clear();
    await app.stop();
  });

  const check = async (...args: string[]) => {
    const { code, stdout, stderr } = await yard.runTool('attachments-check', environment, args);
    return { code, stderr, stdout };
  };

  it('finds what belongs to nothing in either direction and what is damaged, and removes it when told to', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const [whole, lost, damaged] = [
      await upload(ada, groupId, anArchive(600_000)),
      await upload(ada, groupId),
      await upload(ada, groupId, anArchive(300_000)),
    ];
    expect(await check()).toEqual({ code: 0, stderr: '', stdout: '3 files\nNothing is wrong.\n' });

    const storage = app.app.get(AttachmentStorage, { strict: false });
    const ownerless = crypto.randomUUID();
    await storage.write(ownerless, await storage.read(whole.id));
    await storage.remove([lost.id]);
    await storage.write(damaged.id, await storage.read(damaged.id, { start: 1, end: 299_999 }));
    const found = {
      files: 3,
      bytesWithoutFile: [ownerless],
      filesWithoutBytes: [lost.id],
      damaged: [damaged.id],
      lostThumbnails: [],
      brokenUploads: [],
    };
    const { code, stdout } = await check('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ ...found, isFixed: false });

    const fixed = await check('--json', '--fix');
    expect(JSON.parse(fixed.stdout)).toEqual({ ...found, isFixed: true });
    expect(JSON.parse((await check('--json')).stdout)).toEqual({
      ...found,
      files: 2,
      bytesWithoutFile: [],
      filesWithoutBytes: [],
      isFixed: false,
    });
    expect((await check('--no-content')).code).toBe(0);
  });

  it('leaves alone what comes while it looks, although the storage was listed before', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const storage = app.app.get(AttachmentStorage, { strict: false });
    const listedFirst = Object.create(storage, {
      list: {
        value: async function* () {
          const listed = [];
          for await (const file of storage.list()) listed.push(file);
          await upload(ada, groupId);
          yield* listed;
        },
      },
    }) as AttachmentStorage;
    const records = app.app.get(AttachmentsRepository, { strict: false });
    const found = await new Check(records, listedFirst, new Progress(process.stderr)).run({
      isReading: false,
      isFixing: false,
    });
    expect(found.filesWithoutBytes).toEqual([]);
  });

  it('explains itself', async () => {
    expect((await check('--help')).stdout).toContain('npm run attachments:check');
    const { code, stderr } = await check('--wrong');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--help') });
  });
});
