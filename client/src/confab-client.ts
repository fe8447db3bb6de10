import type { ClientEventName, ClientEvents, ConnectedPayload } from '../../contract/events.js';
import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView } from '../../contract/views.js';
import type { ClientEventMap } from './client-events.js';
import { GroupSync, type Request } from './group-sync.js';
import type { GroupTracker } from './group-tracker.js';
import { Group, type GroupActions } from './group.js';
import { Link, type LinkState } from './link.js';
import { Listeners, type Unsubscribe } from './listeners.js';
import { resolveOptions, type ClientOptions } from './options.js';
import { Outgoing } from './outgoing.js';
import { Pacer } from './pacer.js';
import { ProblemError } from './problem-error.js';
import { RestApi } from './rest-api.js';
import { Tokens } from './tokens.js';

/** Below the server's 10 a second (`limits.socket.eventsPerSecond`): its seconds do not begin when ours do. */
const eventsPerSecond = 8;

/**
 * A connection to a Confab server that stays: it reconnects, renews its tokens, sends what could not be sent, and
 * catches up on what it missed, so that what an application sees of a group is always in order and without a hole.
 */
export class ConfabClient {
  private readonly listeners = new Listeners<ClientEventMap>();
  private readonly closing = new AbortController();
  private readonly pacer = new Pacer(eventsPerSecond);
  private readonly link: Link;
  private readonly sync: GroupSync;
  private readonly outgoing: Outgoing;
  /** The REST API as this user, for what has no event: searching, uploading, making groups. */
  readonly api: RestApi;
  private readonly maxMessages: number;
  private closedWith: ProblemError | null = null;

  /** A client that is not connected yet: add listeners, then {@link connect}. */
  constructor(options: ClientOptions) {
    const { apiUrl, credentials, reconnect, maxQueued, maxMessages, confirmDelivery, ...resolved } =
      resolveOptions(options);
    const { signal } = this.closing;
    const request: Request = (name, payload) => this.request(name, payload);
    const tokens = new Tokens(apiUrl, credentials, signal, (pair) => {
      this.listeners.emit('tokens', pair);
    });
    this.maxMessages = maxMessages;
    this.api = new RestApi({ url: resolved.url, apiUrl }, tokens);
    this.link = new Link(resolved, reconnect, tokens, {
      onState: (state) => {
        this.noteState(state);
      },
      onOnline: (snapshot) => {
        this.meet(snapshot);
      },
      onEvent: (event) => {
        this.sync.receive(event);
      },
      onClosed: (problem) => {
        this.end(problem);
      },
    });
    this.sync = new GroupSync({
      request,
      signal,
      api: this.api,
      isOnline: () => this.link.state === 'online',
      emit: (name, payload) => {
        this.noteArrival(name, payload);
        this.listeners.emit(name, payload);
      },
    });
    this.outgoing = new Outgoing({
      request,
      signal,
      maxQueued,
      confirmDelivery,
      sendTyping: (groupId, isTyping) => this.sendTyping(groupId, isTyping),
    });
  }

  /** Makes a client and connects it: see {@link ClientOptions} and the method of the same name. */
  static async connect(options: ClientOptions): Promise<ConfabClient> {
    const client = new ConfabClient(options);
    await client.connect();
    return client;
  }

  get state(): LinkState {
    return this.link.state;
  }

  /** Whose client it is; `null` before the first connection. */
  get userId(): string | null {
    return this.sync.userId;
  }

  /** Ids of the user's groups. */
  get groupIds(): string[] {
    return this.sync.groupIds;
  }

  /**
   * Connects, and stays connected until {@link close}. While the server cannot be reached, it keeps trying.
   *
   * @returns when the first connection stands
   * @throws ProblemError when the server refuses for good: a wrong password, a session that has ended
   */
  connect(): Promise<void> {
    if (this.link.state === 'online') return Promise.resolve();
    if (this.closedWith !== null) return Promise.reject(this.closedWith);
    return new Promise((resolve, reject) => {
      const offConnected = this.listeners.on('connected', () => {
        off();
        resolve();
      });
      const offClosed = this.listeners.on('closed', () => {
        off();
        reject(this.closedWith ?? ProblemError.local('closed'));
      });
      const off = () => {
        offConnected();
        offClosed();
      };
      this.link.open();
    });
  }

  /**
   * Tries to connect at once when it would wait for its next attempt: for when the device is online again, or somebody
   * asks for it. Does nothing otherwise.
   */
  retryNow(): void {
    this.link.hurry();
  }

  /** Disconnects for good. What waits to be sent is refused with `closed`. */
  close(): void {
    this.link.close();
  }

  /** Listens to an event; the result takes the listener off again. */
  on<Name extends keyof ClientEventMap>(name: Name, listener: (payload: ClientEventMap[Name]) => void): Unsubscribe {
    return this.listeners.on(name, listener);
  }

  /**
   * A group of the user, kept up to date from now on. One that the server has not told of yet is asked for; one that
   * turns out not to be the user's gets `isLeft`.
   *
   * @throws ProblemError `disconnected` before the first connection
   */
  group(groupId: string): Group {
    const tracker = this.sync.require(groupId);
    tracker.keepAtLeast(this.maxMessages);
    return new Group(tracker, this.actions);
  }

  /**
   * Sends a message, now or when there is a connection again, after those that were sent to the same group before. It
   * is repeated until the server has acknowledged it, and stored once: see `clientMessageId`.
   *
   * @returns the message as it was stored
   * @throws ProblemError what refused it for good, `queue_full`, or `closed`
   */
  async send(groupId: string, message: SendMessageRequest): Promise<MessageView> {
    const stored = await this.outgoing.send(groupId, message);
    // Its event is here by now; if it is not, it got lost.
    this.sync.find(groupId)?.expect(stored.rev);
    return stored;
  }

  /**
   * Sends any event of the contract once and waits for its acknowledgement, such as `edit_message` or `react`.
   *
   * @throws ProblemError what the server said, `disconnected` or `no_answer`
   */
  async request<Name extends ClientEventName>(
    name: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<ClientEvents[Name]['data']> {
    // Messages have a rate of their own, which is the user's and not the socket's.
    if (name !== 'message') await this.pacer.take();
    return this.link.request(name, payload);
  }

  private readonly actions: GroupActions = {
    send: (groupId, request) => this.send(groupId, request),
    pendingOf: (groupId) => this.outgoing.pendingOf(groupId),
    loadOlder: (tracker, count) => this.loadOlder(tracker, count),
    markRead: (tracker, seq) => this.markRead(tracker, seq),
    setTyping: (groupId, isTyping) => {
      this.outgoing.setTyping(groupId, isTyping);
    },
  };

  private async loadOlder(tracker: GroupTracker, count: number): Promise<number> {
    if (this.closedWith !== null) throw this.closedWith;
    return this.sync.loadOlder(tracker, count);
  }

  private async markRead(tracker: GroupTracker, seq: number): Promise<void> {
    const { view } = tracker;
    const upTo = view === null ? seq : Math.min(seq, view.lastSeq);
    if (view !== null && upTo <= view.count.readSeq) return;
    tracker.moveReadMarker(upTo);
    await this.outgoing.markRead(tracker.id, upTo);
    tracker.confirmReadMarker(upTo);
  }

  private sendTyping(groupId: string, isTyping: boolean): boolean {
    if (this.link.state !== 'online' || !this.pacer.tryTake()) return false;
    // Worth nothing later: when it is lost, the next key tells it again.
    this.link.request('typing', { groupId, isTyping }).catch(() => undefined);
    return true;
  }

  private noteArrival<Name extends keyof ClientEventMap>(name: Name, payload: ClientEventMap[Name]): void {
    if (name !== 'new_message' && name !== 'offline_message') return;
    const { message } = payload as ClientEventMap['new_message'];
    if (message.senderId !== this.userId) this.outgoing.noteArrival(message);
  }

  private noteState(state: LinkState): void {
    if (state !== 'online') this.outgoing.pause();
    this.listeners.emit('state', state);
  }

  private meet(snapshot: ConnectedPayload): void {
    this.sync.meet(snapshot);
    this.outgoing.resume();
    this.listeners.emit('connected', snapshot);
  }

  private end(problem: ProblemError | null): void {
    this.closedWith = problem ?? ProblemError.local('closed');
    this.closing.abort();
    this.outgoing.end(this.closedWith);
    this.sync.stop();
    this.listeners.emit('closed', problem);
  }
}
