import type { Person } from './people.js';
import type { ChatClient } from './plain-socket.js';

/** Both ways to be connected, for stories that are the same over either. */
export const transports: readonly [name: string, connect: (person: Person) => Promise<ChatClient>][] = [
  ['Socket.IO', (person) => person.connect()],
  ['the plain WebSocket', (person) => person.connectPlain()],
];

/** The data of an acknowledgement that must be good; else an error that shows the problem. */
export function accepted<Data>(answer: { ok: true; data: Data } | { ok: false; error: object }): Data {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}
