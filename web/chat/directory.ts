import type { ConfabClient, GroupDetailView, MessageView, MyGroupView, Page } from '../../client/src/index.js';
import type { People } from './people.js';

/** Several changes come together, and one answer of the server tells of all of them. */
const refreshDelayMs = 100;

/**
 * The list of my groups, as the sidebar shows it, latest activity first. What is said in each of them the client keeps;
 * names, roles and who is in a direct conversation come from the list. Says `change` when something is another.
 */
export class Directory extends EventTarget {
  private groups = new Map<string, MyGroupView>();
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private departures = 0;
  isLoaded = false;

  constructor(
    private readonly client: ConfabClient,
    private readonly people: People,
  ) {
    super();
    for (const name of ['connected', 'group_created', 'member_added', 'member_updated'] as const) {
      client.on(name, () => this.refreshSoon());
    }
    client.on('member_removed', ({ groupId, userId }) => {
      if (userId === people.me.id) this.remove(groupId);
      else this.refreshSoon();
    });
    client.on('group_updated', ({ group }) => this.change(group.id, (known) => ({ ...known, ...group })));
    client.on('group_deleted', ({ groupId }) => this.remove(groupId));
    client.on('new_message', ({ message }) => this.noteMessage(message));
    client.on('message_updated', ({ message }) => this.noteChange(message));
    client.on('message_deleted', ({ groupId, messageId }) => {
      if (this.groups.get(groupId)?.lastMessage?.id === messageId) this.refreshSoon();
    });
  }

  find(groupId: string): MyGroupView | undefined {
    return this.groups.get(groupId);
  }

  list(): MyGroupView[] {
    return [...this.groups.values()].sort((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt));
  }

  titleOf(group: MyGroupView): string {
    return group.name ?? group.otherUser?.displayName ?? 'Former member';
  }

  /** Reads the whole list afresh. @throws ProblemError */
  async refresh(): Promise<void> {
    clearTimeout(this.refreshTimer);
    let groups: MyGroupView[];
    let heard: number;
    do {
      heard = this.departures;
      groups = await listAll<MyGroupView>(this.client, '/groups?');
      // The answer may be from before an event that was faster: a group that one has left must not come back by it.
    } while (heard !== this.departures);
    this.groups = new Map(groups.map((group) => [group.id, group]));
    for (const { otherUser, lastMessage } of groups) {
      if (otherUser !== null) this.people.note(otherUser);
      if (lastMessage !== null) this.people.note(lastMessage.sender);
    }
    this.isLoaded = true;
    this.tell();
  }

  refreshSoon(): void {
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(() => {
      // Without a connection it fails, and the next one asks again.
      this.refresh().catch(() => undefined);
    }, refreshDelayMs);
  }

  change(groupId: string, by: (group: MyGroupView) => MyGroupView): void {
    const known = this.groups.get(groupId);
    if (known === undefined) return;
    this.groups.set(groupId, by(known));
    this.tell();
  }

  private remove(groupId: string): void {
    this.departures += 1;
    if (this.groups.delete(groupId)) this.tell();
  }

  private noteMessage(message: MessageView): void {
    this.people.note(message.sender);
    if (!this.groups.has(message.groupId)) this.refreshSoon();
    this.change(message.groupId, (group) => ({
      ...group,
      lastMessage: message,
      lastActivityAt: message.createdAt,
    }));
  }

  private noteChange(message: MessageView): void {
    this.change(message.groupId, (group) =>
      group.lastMessage?.id === message.id ? { ...group, lastMessage: message } : group,
    );
  }

  private tell(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * All pages of a list.
 *
 * @param path with the `?` of its query
 * @param enough stops when there are so many
 * @throws ProblemError
 */
export async function listAll<Item>(client: ConfabClient, path: string, enough = Infinity): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<Item> = await client.api.get<Page<Item>>(`${path}&limit=100${next}`);
    all.push(...page.items);
    cursor = page.hasMore ? page.nextCursor : null;
  } while (cursor !== null && all.length < enough);
  return all;
}

/** Opens the conversation with somebody, which is made when there is none yet. @throws ProblemError */
export async function openDirect(client: ConfabClient, directory: Directory, userId: string): Promise<string> {
  const { id } = await client.api.put<GroupDetailView>(`/groups/direct/${userId}`);
  if (directory.find(id) === undefined) await directory.refresh();
  return id;
}
