import type { ConfabClient, OwnUserView, Presence, PublicUserView, SenderView } from '../../client/src/index.js';

/** What the page knows of somebody. */
export interface Person extends SenderView {
  presence: Presence;
  statusText: string | null;
}

/** Everyone whom the page has met, with who is online. Says `change` when somebody is another. */
export class People extends EventTarget {
  private readonly known = new Map<string, Person>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly client: ConfabClient,
    readonly me: OwnUserView,
  ) {
    super();
    this.note(me);
    client.on('presence', ({ userId, presence, statusText }) => {
      const person = this.known.get(userId);
      if (person !== undefined) this.set({ ...person, presence, statusText });
    });
  }

  /** From any view of a user; the sender of a message comes without his presence. */
  note(user: PublicUserView | SenderView): void {
    const { id, username, displayName, avatarUrl } = user;
    const { presence, statusText } = 'presence' in user ? user : (this.known.get(id) ?? unknownPresence);
    this.set({ id, username, displayName, avatarUrl, presence, statusText });
  }

  /** Somebody whom the page has not met yet is asked for: `change` tells when he is known. */
  find(userId: string): Person | undefined {
    const person = this.known.get(userId);
    if (person === undefined && !this.asked.has(userId)) {
      this.asked.add(userId);
      this.client.api.get<PublicUserView>(`/users/${userId}`).then(
        (user) => this.note(user),
        // He stays unknown, which is no more than a missing name.
        () => undefined,
      );
    }
    return person;
  }

  nameOf(userId: string): string {
    return this.find(userId)?.displayName ?? 'Somebody';
  }

  private set(person: Person): void {
    const before = this.known.get(person.id);
    this.known.set(person.id, person);
    if (JSON.stringify(before) !== JSON.stringify(person)) this.dispatchEvent(new Event('change'));
  }
}

const unknownPresence = { presence: 'offline', statusText: null } as const;
