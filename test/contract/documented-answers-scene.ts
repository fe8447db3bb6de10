import { randomUUID } from 'node:crypto';

import type { GroupDetailView, MessageView } from '../../contract/views.js';
import { LogWriter } from '../../src/messages/log/log-writer.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { OpenApiDocument, OpenApiOperation } from '../support/validate-answer.js';

export type Document = Record<string, unknown> & { _id: string };

/** Brings a server to one answer. */
export type Provocation = (scene: AnswerScene) => Promise<ApiAnswer>;

/** By route, as the OpenAPI document has it without the prefix, and by status. */
export type Provocations = Readonly<Record<string, Readonly<Record<number, Provocation>>>>;

/** One operation of the document. */
export interface Operation {
  /** Such as `GET /groups/{id}`: without the prefix. */
  route: string;
  method: string;
  /** With the prefix. */
  template: string;
  about: OpenApiOperation;
}

const prefix = '/api/v1';

export async function operationsOf({ url }: Pick<TestApp, 'url'>): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/docs/openapi.json`)).json()) as OpenApiDocument;
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([name, about]) => {
      const method = name.toUpperCase();
      return { route: `${method} ${template.replace(prefix, '')}`, method, template, about };
    }),
  );
}

/** The example of a body that the document gives; nothing for an operation that takes none. */
export function exampleOf({ about }: Operation): object | undefined {
  return about.requestBody?.content['application/json']?.example as object | undefined;
}

/** A path of the template, with what is in it made up unless it is given; with the queries that must be there. */
export function pathOf({ template, about }: Operation, known: Readonly<Record<string, string>> = {}): string {
  const madeUp: Record<string, string> = { username: 'nobody', name: 'nothing', code: 'A'.repeat(22), emoji: '👍' };
  const path = template.replace(/\{([^}]+)\}/g, (_whole, name: string) =>
    encodeURIComponent(known[name] ?? madeUp[name] ?? randomUUID()),
  );
  const query = (about.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=${name === 'q' ? 'words' : '0'}`);
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

/** A server, some people, and what provocations begin with. What they leave behind is in nobody's way. */
export class AnswerScene {
  private constructor(
    readonly app: TestApp,
    readonly ada: Person,
    readonly bob: Person,
    /** In none of the others' groups. */
    readonly outsider: Person,
    /** The only one. */
    readonly admin: Person,
  ) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<AnswerScene> {
    const app = await startTestApp(environment);
    const people = await Promise.all([aPerson(app), aPerson(app), aPerson(app), anAdmin(app)]);
    return new AnswerScene(app, ...people);
  }

  /** Not signed in. */
  get nobody(): ApiClient {
    return new ApiClient(this.app.api);
  }

  aPerson(): Promise<Person> {
    return aPerson(this.app);
  }

  collection(name: string) {
    return this.app.connection.collection<Document>(name);
  }

  /** Of Ada, with Bob in it. */
  aGroup(): Promise<GroupDetailView> {
    return this.ada.createGroup({ memberIds: [this.bob.id] });
  }

  /** Of Ada alone. */
  aChannel(): Promise<GroupDetailView> {
    return this.ada.createGroup({ kind: 'channel', name: `channel ${randomUUID()}` });
  }

  /** By Ada, in a group of hers with Bob. */
  async aMessage(): Promise<MessageView> {
    return this.ada.sendMessage((await this.aGroup()).id);
  }

  async aDeletedMessage(): Promise<MessageView> {
    const message = await this.aMessage();
    await this.ada.api.delete(`/messages/${message.id}`);
    return message;
  }

  async anErasedMessage(): Promise<MessageView> {
    const message = await this.aMessage();
    await this.admin.api.delete(`/messages/${message.id}?hard=true`);
    return message;
  }

  /** Somebody whose account another node deletes in this moment: this one remembers him as he was. */
  async aPersonWhoIsDeletedElsewhere(): Promise<Person> {
    const person = await this.aPerson();
    await person.api.get('/users/me');
    await this.collection('users').updateOne({ _id: person.id }, { $set: { deletedAt: new Date() } });
    return person;
  }

  /** Whatever is to be changed in a message, another node was faster. */
  async whileOthersChange<Result>(work: () => Promise<Result>): Promise<Result> {
    const log = this.app.app.get(LogWriter);
    log.append = () => Promise.resolve({ status: 'outdated' });
    try {
      return await work();
    } finally {
      Reflect.deleteProperty(log, 'append');
    }
  }
}
