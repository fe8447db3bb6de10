import type {
  ConversationAnalyticsView,
  ConversationView,
  EntryOrder,
  EntryView,
  ObservatoryStatusView,
  ProblemLineView,
  ProjectPage,
  ProjectView,
  UpdateProjectRequest,
} from '../../contract/observatory.js';
import type { OwnUserView, Page } from '../../contract/views.js';
import type { PageSession } from '../shared/page-session.js';
import type { JsonAnswer } from '../shared/request-json.js';
import type { ConversationFilter } from './conversation-filter.js';

/** The largest that the server gives. */
const pageSize = 100;

type Parameters = Readonly<Record<string, string | number | null>>;

/** The REST routes that the page asks, as whoever is logged in. */
export class ObservatoryApi {
  constructor(private readonly session: PageSession) {}

  me(): Promise<JsonAnswer<OwnUserView>> {
    return this.session.request('GET', '/users/me');
  }

  status(): Promise<JsonAnswer<ObservatoryStatusView>> {
    return this.session.request('GET', '/observatory/status');
  }

  problems(projectId: string | null, cursor: string | null): Promise<JsonAnswer<Page<ProblemLineView>>> {
    return this.get('/observatory/problems', { projectId, cursor, limit: pageSize });
  }

  projects(cursor: string | null): Promise<JsonAnswer<ProjectPage>> {
    return this.get('/projects', { cursor, limit: pageSize });
  }

  updateProject(id: string, changes: UpdateProjectRequest): Promise<JsonAnswer<ProjectView>> {
    return this.session.request('PUT', `/projects/${id}`, changes);
  }

  deleteProject(id: string): Promise<JsonAnswer<null>> {
    return this.session.request('DELETE', `/projects/${id}`);
  }

  conversations(filter: ConversationFilter, cursor: string | null): Promise<JsonAnswer<Page<ConversationView>>> {
    return this.get('/conversations', { ...filter, cursor, limit: pageSize / 2 });
  }

  conversation(id: string): Promise<JsonAnswer<ConversationView>> {
    return this.session.request('GET', `/conversations/${id}`);
  }

  entries(id: string, order: EntryOrder, cursor: string | null): Promise<JsonAnswer<Page<EntryView>>> {
    return this.get(`/conversations/${id}/messages`, { order, cursor, limit: pageSize });
  }

  analytics(id: string): Promise<JsonAnswer<ConversationAnalyticsView>> {
    return this.session.request('GET', `/conversations/${id}/analytics`);
  }

  private get<Body>(path: string, parameters: Parameters): Promise<JsonAnswer<Body>> {
    const given = Object.entries(parameters).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, String(value)]],
    );
    return this.session.request('GET', `${path}?${new URLSearchParams(given).toString()}`);
  }
}
