import { randomBytes } from 'node:crypto';

import type { GroupDetailView } from '../../contract/views.js';
import { Account } from '../support/account.js';
import { Connection } from '../support/connection.js';
import { Rest } from '../support/rest.js';
import { Listener } from './listener.js';
import { usernamesOf } from '../support/usernames.js';

/** Everyone in the channel: who plays a nick of the log, each over a connection of his own, and who listens. */
export interface Cast {
  readonly groupId: string;
  readonly players: ReadonlyMap<string, Connection>;
  readonly listener: Listener;
  /** The listener's, who may read everything. */
  readonly account: Account;
  close(): void;
}

/** Registrations and connections at once: enough to keep a server busy, not so many that some time out. */
const width = 8;

/**
 * Registers an account for each nick and one for the listener, opens a channel, brings all of them into it and connects
 * them: the listener first, so that nothing is said before he hears it.
 *
 * @param onStep called as often as there are nicks, with each that is in
 */
export async function gather(
  url: string,
  nicks: readonly string[],
  about: { title: string; onStep: () => void },
): Promise<Cast> {
  const rest = new Rest(url);
  const tag = randomBytes(3).toString('hex');
  const password = randomBytes(18).toString('base64url');
  const account = await Account.register(rest, { username: `listener-${tag}`, displayName: 'Listener', password });
  const channel = await account.request<GroupDetailView>('POST', '/groups', {
    kind: 'channel',
    name: `${about.title} ${tag}`,
    description: 'A chat log, played by npm run demo',
  });
  const listener = new Listener(url, account, channel.id);
  const players = new Map<string, Connection>();
  const close = () => {
    for (const connection of [listener.connection, ...players.values()]) connection.close();
  };
  try {
    await listener.connection.whenReady();
    await inParallel([...usernamesOf(nicks, tag)], async ([nick, username]) => {
      const player = await Account.register(rest, { username, displayName: nick, password });
      await player.request<GroupDetailView>('POST', `/groups/${channel.id}/join`);
      const connection = new Connection(url, player);
      players.set(nick, connection);
      await connection.whenReady();
      about.onStep();
    });
    return { groupId: channel.id, players, listener, account, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
