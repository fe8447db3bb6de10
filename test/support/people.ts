import { randomUUID } from 'node:crypto';

import type { GroupDetailView, MessageView, OwnUserView, TokenPairView } from '../../contract/views.js';
import { ApiClient, type ApiAnswer } from './api-client.js';
import { PlainSocket, type ChatClient, type PlainOptions } from './plain-socket.js';
import type { TestApp } from './test-app.js';
import { TestSocket } from './test-socket.js';

/** Someone with an account, a login and any number of sockets. */
export class Person {
  private readonly sockets: ChatClient[] = [];

  constructor(
    readonly app: Pick<TestApp, 'url' | 'api'>,
    readonly user: OwnUserView,
    readonly password: string,
    readonly tokens: TokenPairView,
  ) {}

  get id(): string {
    return this.user.id;
  }

  get username(): string {
    return this.user.username;
  }

  /** The API with this person's access token. */
  get api(): ApiClient {
    return new ApiClient(this.app.api, this.tokens.accessToken);
  }

  async connect(): Promise<TestSocket> {
    const socket = await TestSocket.connect(this.app.url, this.tokens.accessToken);
    this.sockets.push(socket);
    return socket;
  }

  /** The same over the plain WebSocket. */
  async connectPlain(options: PlainOptions = {}): Promise<PlainSocket> {
    const socket = await PlainSocket.connect(this.app.url, this.tokens.accessToken, options);
    this.sockets.push(socket);
    return socket;
  }

  disconnect(): void {
    for (const socket of this.sockets) socket.close();
  }

  /** The same person, logged in once more. */
  async logInAgain(): Promise<Person> {
    const { body } = await new ApiClient(this.app.api).post<TokenPairView>('/auth/login', {
      login: this.username,
      password: this.password,
    });
    return new Person(this.app, body.user, this.password, body);
  }

  async createGroup(
    about: { kind?: 'group' | 'channel'; name?: string; memberIds?: string[] } = {},
  ): Promise<GroupDetailView> {
    const name = about.name ?? `group ${randomUUID()}`;
    const answer = await this.api.post<GroupDetailView>('/groups', { kind: 'group', ...about, name });
    return expectStatus(answer, 201);
  }

  async sendMessage(groupId: string, content = `message ${randomUUID()}`, more: object = {}): Promise<MessageView> {
    const answer = await this.api.post<MessageView>(`/groups/${groupId}/messages`, { content, ...more });
    return expectStatus(answer, 201);
  }
}

/** Registers someone with a name that nobody has. */
export async function aPerson(
  app: Pick<TestApp, 'url' | 'api'>,
  about: { username?: string; email?: string; displayName?: string } = {},
): Promise<Person> {
  const username = about.username ?? `u-${randomUUID().slice(0, 20)}`;
  const password = 'correct horse';
  const answer = await new ApiClient(app.api).post<TokenPairView>('/auth/register', {
    email: `${username}@example.org`,
    ...about,
    username,
    password,
  });
  const body = expectStatus(answer, 201);
  return new Person(app, body.user, password, body);
}

/** The body of an answer that must have this status; else an error that shows the answer. */
export function expectStatus<Body>(answer: ApiAnswer<Body>, status: number): Body {
  if (answer.status !== status) {
    throw new Error(`expected ${String(status)}, got ${String(answer.status)}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}
