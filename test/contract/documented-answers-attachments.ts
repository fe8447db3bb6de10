import { randomUUID } from 'node:crypto';

import type { AttachmentView } from '../../contract/attachment-views.js';
import { eventually } from '../support/eventually.js';
import { pixelBomb } from '../support/hostile-files.js';
import { aPicture, aText, formOf, sendForm, upload, type TestFile } from '../support/upload.js';
import type { AnswerScene, Provocations } from './documented-answers-scene.js';

/** A file of Ada's in a message of hers, beside a text unless it is to be all of it, for Bob to see. */
async function aFile(scene: AnswerScene, file: TestFile = aText(), content = 'with a file'): Promise<AttachmentView> {
  const { id: groupId } = await scene.aGroup();
  const { id } = await upload(scene.ada, groupId, file);
  const { attachments } = await scene.ada.sendMessage(groupId, content, { attachmentIds: [id] });
  return attachments[0]!;
}

/** Its thumbnail is there. */
async function aThumbnail(scene: AnswerScene): Promise<AttachmentView> {
  const file = await aFile(scene, aPicture());
  await eventually(async () => {
    const { body } = await scene.ada.api.get<AttachmentView>(`/attachments/${file.id}`);
    return body.thumbnailUrl !== null;
  });
  return file;
}

function aHugePicture(): TestFile {
  return { ...aPicture(), bytes: new Uint8Array(pixelBomb()) };
}

/** Answers of the routes about files that no provocation for all routes brings about. */
export const ofAttachments: Provocations = {
  'POST /attachments': {
    201: async (scene) => sendForm(scene.ada, formOf({ groupId: (await scene.aGroup()).id }, aText())),
    400: ({ ada }) => sendForm(ada, formOf({}, aText())),
    403: async (scene) => sendForm(scene.outsider, formOf({ groupId: (await scene.aGroup()).id }, aText())),
    404: ({ ada }) => sendForm(ada, formOf({ groupId: randomUUID() }, aText())),
    413: async (scene) => sendForm(scene.ada, formOf({ groupId: (await scene.aGroup()).id }, aHugePicture())),
  },
  'GET /attachments': {
    200: ({ ada }) => ada.api.get('/attachments'),
    403: async (scene) => scene.outsider.api.get(`/attachments?groupId=${(await scene.aGroup()).id}`),
    404: ({ ada }) => ada.api.get(`/attachments?groupId=${randomUUID()}`),
  },
  'GET /attachments/stats': {
    200: ({ ada }) => ada.api.get('/attachments/stats'),
    403: async (scene) => scene.outsider.api.get(`/attachments/stats?groupId=${(await scene.aGroup()).id}`),
    404: ({ ada }) => ada.api.get(`/attachments/stats?groupId=${randomUUID()}`),
  },
  'GET /attachments/{id}': {
    200: async (scene) => scene.bob.api.get(`/attachments/${(await aFile(scene)).id}`),
    403: async (scene) => scene.outsider.api.get(`/attachments/${(await aFile(scene)).id}`),
  },
  'GET /attachments/{id}/content': {
    200: async (scene) => scene.bob.api.get(`/attachments/${(await aFile(scene)).id}/content`),
    206: async (scene) => scene.bob.api.get(`/attachments/${(await aFile(scene)).id}/content`, { range: 'bytes=0-1' }),
    403: async (scene) => scene.outsider.api.get(`/attachments/${(await aFile(scene)).id}/content`),
    416: async (scene) => scene.bob.api.get(`/attachments/${(await aFile(scene)).id}/content`, { range: 'bytes=99-' }),
  },
  'GET /attachments/{id}/thumbnail': {
    200: async (scene) => scene.bob.api.get(`/attachments/${(await aThumbnail(scene)).id}/thumbnail`),
    206: async (scene) =>
      scene.bob.api.get(`/attachments/${(await aThumbnail(scene)).id}/thumbnail`, { range: 'bytes=0-1' }),
    403: async (scene) => scene.outsider.api.get(`/attachments/${(await aThumbnail(scene)).id}/thumbnail`),
    416: async (scene) =>
      scene.bob.api.get(`/attachments/${(await aThumbnail(scene)).id}/thumbnail`, { range: 'bytes=9999999-' }),
  },
  'PATCH /attachments/{id}': {
    200: async (scene) => scene.ada.api.patch(`/attachments/${(await aFile(scene)).id}`, { fileName: 'other.txt' }),
    403: async (scene) => scene.bob.api.patch(`/attachments/${(await aFile(scene)).id}`, { fileName: 'other.txt' }),
    409: async (scene) => {
      const { id } = await aFile(scene);
      return scene.whileOthersChange(() => scene.ada.api.patch(`/attachments/${id}`, { fileName: 'other.txt' }));
    },
  },
  'DELETE /attachments/{id}': {
    204: async (scene) => scene.ada.api.delete(`/attachments/${(await aFile(scene)).id}`),
    403: async (scene) => scene.bob.api.delete(`/attachments/${(await aFile(scene)).id}`),
    409: async (scene) => scene.ada.api.delete(`/attachments/${(await aFile(scene, aText(), '')).id}`),
  },
  'GET /messages/{id}/attachments': {
    200: async (scene) => scene.bob.api.get(`/messages/${(await aFile(scene)).messageId ?? ''}/attachments`),
  },
  'GET /messages/{id}/attachments/count': {
    200: async (scene) => scene.bob.api.get(`/messages/${(await aFile(scene)).messageId ?? ''}/attachments/count`),
  },
};

/** A file that a message has cannot be in another. */
export async function sendTaken(scene: AnswerScene) {
  const { groupId, id } = await aFile(scene);
  return scene.ada.api.post(`/groups/${groupId ?? ''}/messages`, { attachmentIds: [id] });
}
