import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import type { TestApp } from '../support/test-app.js';
import type { AnswerScene, Provocations } from './documented-answers-scene.js';

const session = '/dashboard/api/session';

/** What is not under the prefix, with the access token of an admin. */
const asAdmin = ({ app, admin }: AnswerScene) => new ApiClient(app.url, admin.tokens.accessToken);

/** The cookie of an admin's dashboard, as a browser sends it back. */
async function dashboardCookie(scene: AnswerScene): Promise<string> {
  const { accessToken } = (await scene.admin.logInAgain()).tokens;
  const { headers } = await new ApiClient(scene.app.url).post(session, { accessToken });
  return headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

/** Answers of the routes for operators that no provocation for all routes brings about; access is for admins. */
export const ofOperations: Provocations = {
  'GET /health': { 200: ({ app }) => new ApiClient(app.url).get('/health') },
  'GET /health/live': { 200: ({ app }) => new ApiClient(app.url).get('/health/live') },
  'GET /health/ready': { 200: ({ app }) => new ApiClient(app.url).get('/health/ready') },
  'GET /metrics': { 200: (scene) => asAdmin(scene).get('/metrics') },
  'GET /websocket/status': { 200: ({ admin }) => admin.api.get('/websocket/status') },
  'GET /websocket/clients': { 200: ({ admin }) => admin.api.get('/websocket/clients') },
  'GET /dashboard/api/data': { 200: (scene) => asAdmin(scene).get('/dashboard/api/data') },
  'GET /dashboard/api/access': { 200: (scene) => asAdmin(scene).get('/dashboard/api/access') },
  [`POST ${session}`]: {
    204: (scene) => asAdmin(scene).post(session, { accessToken: scene.admin.tokens.accessToken }),
    403: ({ app, ada }) => new ApiClient(app.url).post(session, { accessToken: ada.tokens.accessToken }),
  },
  [`DELETE ${session}`]: { 204: (scene) => asAdmin(scene).delete(session) },
};

/** The same routes on a server without its database, to which the sessions are new. */
export function ofOperationsCutOff(cut: Pick<TestApp, 'url'>): Provocations {
  const there = new ApiClient(cut.url);
  const withCookie = async (scene: AnswerScene, method: string, path: string): Promise<ApiAnswer> =>
    there.request(method, path, undefined, { cookie: await dashboardCookie(scene) });
  return {
    'GET /dashboard/api/access': { 503: (scene) => withCookie(scene, 'GET', '/dashboard/api/access') },
    [`POST ${session}`]: { 503: ({ admin }) => there.post(session, { accessToken: admin.tokens.accessToken }) },
    [`DELETE ${session}`]: { 503: (scene) => withCookie(scene, 'DELETE', session) },
  };
}
