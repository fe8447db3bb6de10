/** Where one is on the page: it stands in the fragment of the address, so that every place has a link. */
export type Route =
  | { view: 'overview' | 'projects' | 'live' | 'status' }
  | { view: 'project'; id: string }
  | { view: 'conversation'; id: string; tab: ConversationTab };

export const conversationTabs = ['dialogue', 'analytics'] as const;
export type ConversationTab = (typeof conversationTabs)[number];

const id = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const projectPlace = new RegExp(`^#/projects/${id}$`);
const conversationPlace = new RegExp(`^#/conversations/${id}(/analytics)?$`);

/** @param fragment with its `#`; what leads nowhere leads to the overview */
export function parseRoute(fragment: string): Route {
  const wanted = fragment.toLowerCase();
  const projectId = projectPlace.exec(wanted)?.[1];
  if (projectId !== undefined) return { view: 'project', id: projectId };
  const conversation = conversationPlace.exec(wanted);
  if (conversation?.[1] !== undefined) {
    return { view: 'conversation', id: conversation[1], tab: conversation[2] === undefined ? 'dialogue' : 'analytics' };
  }
  if (wanted === '#/projects' || wanted === '#/live' || wanted === '#/status') {
    return { view: wanted.slice(2) as 'projects' | 'live' | 'status' };
  }
  return { view: 'overview' };
}

export function addressOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/';
    case 'project':
      return `#/projects/${route.id}`;
    case 'conversation':
      return `#/conversations/${route.id}${route.tab === 'analytics' ? '/analytics' : ''}`;
    default:
      return `#/${route.view}`;
  }
}
