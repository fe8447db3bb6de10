import { randomUUID } from 'node:crypto';

import type { ProjectView } from '../../contract/observatory.js';
import type { AnswerScene, Provocations } from './documented-answers-scene.js';

async function aProject({ admin }: AnswerScene): Promise<ProjectView> {
  return (await admin.api.post<ProjectView>('/projects', { path: `/srv/${randomUUID()}` })).body;
}

/** As the thread that reads transcripts leaves one, without any transcript. */
async function aConversation(scene: AnswerScene): Promise<string> {
  const { id: projectId } = await aProject(scene);
  const _id = randomUUID();
  await scene.collection('observatory_conversations').insertOne({
    _id,
    sessionId: randomUUID(),
    projectId,
    title: null,
    startedAt: null,
    lastActivityAt: new Date(),
    gitBranch: null,
    version: null,
    endsInError: false,
    messageCount: 0,
    entryCount: 0,
    toolCallCount: 0,
    errorCount: 0,
    usage: [],
  });
  return _id;
}

/** Answers of the routes about transcripts that no provocation for all routes brings about. */
export const ofObservatory: Provocations = {
  'GET /projects': { 200: ({ ada }) => ada.api.get('/projects') },
  'POST /projects': {
    201: ({ admin }) => admin.api.post('/projects', { path: `/srv/${randomUUID()}` }),
    409: async (scene) => scene.admin.api.post('/projects', { path: (await aProject(scene)).path }),
  },
  'GET /projects/{id}': { 200: async (scene) => scene.ada.api.get(`/projects/${(await aProject(scene)).id}`) },
  'PUT /projects/{id}': {
    200: async (scene) => scene.admin.api.put(`/projects/${(await aProject(scene)).id}`, { name: 'Engine' }),
    404: ({ admin }) => admin.api.put(`/projects/${randomUUID()}`, { name: 'Engine' }),
  },
  'DELETE /projects/{id}': {
    204: async (scene) => scene.admin.api.delete(`/projects/${(await aProject(scene)).id}`),
    404: ({ admin }) => admin.api.delete(`/projects/${randomUUID()}`),
  },
  'GET /conversations': { 200: ({ ada }) => ada.api.get('/conversations') },
  'GET /conversations/{id}': {
    200: async (scene) => scene.ada.api.get(`/conversations/${await aConversation(scene)}`),
  },
  'GET /conversations/{id}/messages': {
    200: async (scene) => scene.ada.api.get(`/conversations/${await aConversation(scene)}/messages`),
  },
  'GET /conversations/{id}/analytics': {
    200: async (scene) => scene.ada.api.get(`/conversations/${await aConversation(scene)}/analytics`),
  },
  'GET /observatory/status': { 200: ({ ada }) => ada.api.get('/observatory/status') },
  'GET /observatory/problems': { 200: ({ ada }) => ada.api.get('/observatory/problems') },
};
