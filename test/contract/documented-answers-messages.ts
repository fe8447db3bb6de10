import { randomUUID } from 'node:crypto';

import { limits } from '../../contract/limits.js';
import { sendTaken } from './documented-answers-attachments.js';
import type { AnswerScene, Provocations } from './documented-answers-scene.js';

const emoji = encodeURIComponent('👍');

/** A group of Ada's with as many pins as there may be. */
async function aFullBoard(scene: AnswerScene): Promise<string> {
  const sent = await scene.aMessage();
  const stored = (await scene.collection('messages').findOne({ _id: sent.id }))!;
  const pinned = Array.from({ length: limits.pin.maxPerGroup }, (_, index) => {
    const place = index + 2;
    return { ...stored, _id: randomUUID(), seq: place, rev: place, revs: [place], pinnedAt: new Date() };
  });
  await scene.collection('messages').insertMany(pinned);
  return sent.id;
}

/** Answers of the routes about messages that no provocation for all routes brings about. */
export const ofMessages: Provocations = {
  'GET /messages': { 200: ({ ada }) => ada.api.get('/messages') },
  'GET /messages/mine': { 200: ({ ada }) => ada.api.get('/messages/mine') },
  'GET /groups/{id}/messages': {
    200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aMessage()).groupId}/messages`),
  },
  'POST /groups/{id}/messages': {
    201: async (scene) => scene.ada.api.post(`/groups/${(await scene.aGroup()).id}/messages`, { content: 'new' }),
    200: async (scene) => {
      const { id } = await scene.aGroup();
      const request = { content: 'once', clientMessageId: 'once' };
      await scene.ada.api.post(`/groups/${id}/messages`, request);
      return scene.ada.api.post(`/groups/${id}/messages`, request);
    },
    409: sendTaken,
  },
  'GET /groups/{id}/changes': {
    200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aMessage()).groupId}/changes?since=0`),
  },
  'GET /messages/{id}': { 200: async (scene) => scene.bob.api.get(`/messages/${(await scene.aMessage()).id}`) },
  'PUT /messages/{id}': {
    200: async (scene) => scene.ada.api.put(`/messages/${(await scene.aMessage()).id}`, { content: 'other' }),
    409: async (scene) => {
      const { id } = await scene.aMessage();
      return scene.whileOthersChange(() => scene.ada.api.put(`/messages/${id}`, { content: 'other' }));
    },
    410: async (scene) => scene.ada.api.put(`/messages/${(await scene.aDeletedMessage()).id}`, { content: 'other' }),
  },
  'DELETE /messages/{id}': {
    204: async (scene) => scene.ada.api.delete(`/messages/${(await scene.aMessage()).id}`),
    409: async (scene) => {
      const { id } = await scene.aMessage();
      return scene.whileOthersChange(() => scene.ada.api.delete(`/messages/${id}`));
    },
  },
  'GET /messages/{id}/history': {
    200: async (scene) => scene.bob.api.get(`/messages/${(await scene.aMessage()).id}/history`),
    410: async (scene) => scene.bob.api.get(`/messages/${(await scene.aDeletedMessage()).id}/history`),
  },
  'POST /messages/{id}/restore': {
    200: async (scene) => scene.ada.api.post(`/messages/${(await scene.aDeletedMessage()).id}/restore`),
    409: async (scene) => {
      const { id } = await scene.aDeletedMessage();
      return scene.whileOthersChange(() => scene.ada.api.post(`/messages/${id}/restore`));
    },
    410: async (scene) => scene.ada.api.post(`/messages/${(await scene.anErasedMessage()).id}/restore`),
  },
  'PUT /messages/{id}/reactions/{emoji}': {
    200: async (scene) => scene.bob.api.put(`/messages/${(await scene.aMessage()).id}/reactions/${emoji}`),
    409: async (scene) => {
      const { id } = await scene.aMessage();
      return scene.whileOthersChange(() => scene.bob.api.put(`/messages/${id}/reactions/${emoji}`));
    },
    410: async (scene) => scene.bob.api.put(`/messages/${(await scene.aDeletedMessage()).id}/reactions/${emoji}`),
  },
  'DELETE /messages/{id}/reactions/{emoji}': {
    200: async (scene) => scene.bob.api.delete(`/messages/${(await scene.aMessage()).id}/reactions/${emoji}`),
    409: async (scene) => {
      const { id } = await scene.aMessage();
      await scene.bob.api.put(`/messages/${id}/reactions/${emoji}`);
      return scene.whileOthersChange(() => scene.bob.api.delete(`/messages/${id}/reactions/${emoji}`));
    },
    410: async (scene) => scene.bob.api.delete(`/messages/${(await scene.aDeletedMessage()).id}/reactions/${emoji}`),
  },
  'POST /messages/{id}/read': {
    200: async (scene) => scene.bob.api.post(`/messages/${(await scene.aMessage()).id}/read`),
  },
  'GET /messages/{id}/receipts': {
    200: async (scene) => scene.bob.api.get(`/messages/${(await scene.aMessage()).id}/receipts`),
  },
  'GET /messages/{id}/thread': {
    200: async (scene) => scene.bob.api.get(`/messages/${(await scene.aMessage()).id}/thread`),
  },
  'GET /groups/{id}/pins': { 200: async (scene) => scene.bob.api.get(`/groups/${(await scene.aGroup()).id}/pins`) },
  'PUT /messages/{id}/pin': {
    200: async (scene) => scene.ada.api.put(`/messages/${(await scene.aMessage()).id}/pin`),
    409: async (scene) => scene.ada.api.put(`/messages/${await aFullBoard(scene)}/pin`),
    410: async (scene) => scene.ada.api.put(`/messages/${(await scene.aDeletedMessage()).id}/pin`),
  },
  'DELETE /messages/{id}/pin': {
    200: async (scene) => scene.ada.api.delete(`/messages/${(await scene.aMessage()).id}/pin`),
    409: async (scene) => {
      const { id } = await scene.aMessage();
      await scene.ada.api.put(`/messages/${id}/pin`);
      return scene.whileOthersChange(() => scene.ada.api.delete(`/messages/${id}/pin`));
    },
    410: async (scene) => scene.ada.api.delete(`/messages/${(await scene.aDeletedMessage()).id}/pin`),
  },
  'GET /search/messages': {
    200: ({ ada }) => ada.api.get('/search/messages?q=words'),
    403: async (scene) => scene.outsider.api.get(`/search/messages?q=words&groupId=${(await scene.aGroup()).id}`),
    404: ({ ada }) => ada.api.get(`/search/messages?q=words&groupId=${randomUUID()}`),
  },
};
