import type { DashboardAccessView, DashboardData } from '../../contract/dashboard.js';
import type { TokenPairView } from '../../contract/views.js';
import { explain, requestJson, type JsonAnswer } from '../shared/request-json.js';

const base = '/dashboard/api';

/** @param correlationId the one request to follow; `null`: the last ones of all */
export function fetchDashboard(correlationId: string | null): Promise<JsonAnswer<DashboardData>> {
  const query = correlationId === null ? '' : `?${new URLSearchParams({ correlationId }).toString()}`;
  return requestJson('GET', `${base}/data${query}`);
}

export function fetchAccess(): Promise<JsonAnswer<DashboardAccessView>> {
  return requestJson('GET', `${base}/access`);
}

/**
 * Trades name and password for the cookie that the data route asks for. The tokens in between are not kept.
 *
 * @returns what to tell the person when it did not work
 */
export async function openSession(loginPath: string, login: string, password: string): Promise<string | null> {
  const loggedIn = await requestJson<TokenPairView>('POST', loginPath, { login, password });
  if (loggedIn.kind !== 'ok') return explain(loggedIn);
  const { accessToken } = loggedIn.body;
  const opened = await requestJson<null>('POST', `${base}/session`, { accessToken });
  if (opened.kind === 'ok') return null;
  if (opened.kind === 'refused' && opened.status === 403) return 'This account is not an admin of the server';
  return explain(opened);
}

export async function closeSession(): Promise<void> {
  await requestJson<null>('DELETE', `${base}/session`);
}
