import type { GroupDetailView, MessageView } from '../../contract/views.js';
import type { ApiAnswer } from '../support/api-client.js';
import type { Person } from '../support/people.js';
import type { TestSocket } from '../support/test-socket.js';

/** Three members of a group with some history, a channel that only its owner is in, and everyone's socket. */
export interface Scene {
  owner: Person;
  member: Person;
  outsider: Person;
  /** In none of these groups. */
  admin: Person;
  group: GroupDetailView;
  channel: GroupDetailView;
  /** By the owner; the second one is deleted. */
  message: MessageView;
  deleted: MessageView;
  socketOf: (person: Person) => TestSocket;
  /** Somebody else, of whom nobody knows yet. */
  aNewcomer: () => Promise<Person>;
}

export type Verb = (scene: Scene) => Promise<unknown>;

export const ok = async (answer: Promise<ApiAnswer>) => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
};
export const acknowledged = async (answer: ReturnType<TestSocket['sendRaw']>) => {
  const ack = await answer;
  if (!ack.ok) throw new Error(ack.error.detail);
};

/** By method and path as the OpenAPI document has them. A route may have several verbs. */
export type RouteVerbs = Readonly<Record<string, Readonly<Record<string, Verb>>>>;

export const reactionOf = ({ id }: MessageView, emoji: string) =>
  `/messages/${id}/reactions/${encodeURIComponent(emoji)}`;
