import { io, type Socket } from 'socket.io-client';

import type {
  Ack,
  ClientEventName,
  ClientEvents,
  ClientToServerEvents,
  ConnectedPayload,
  ServerEventName,
  ServerEvents,
  ServerToClientEvents,
} from '../../contract/events.js';
import { isProblemDocument, ProblemError } from './problem-error.js';
import type { Timer } from './timers.js';

export interface ConnectionOptions {
  url: string;
  path: string;
  transports: ('websocket' | 'polling')[];
  token: string;
  /** How long an event may stay without its acknowledgement. */
  ackTimeoutMs: number;
  /** How long it may take from the first packet to the snapshot. */
  connectTimeoutMs: number;
}

/** Any event of the server with its payload. */
export type ServerEvent = {
  [Name in ServerEventName]: { name: Name; payload: ServerEvents[Name] };
}[ServerEventName];

export interface ConnectionHooks {
  /** The snapshot came: from here on events may be sent. */
  onConnected: (snapshot: ConnectedPayload) => void;
  /** Every other event, in the order of arrival. */
  onEvent: (event: ServerEvent) => void;
  /** The end, once. `problem`: what the server said about it last, or why the connection was refused. */
  onEnd: (problem: ProblemError | null) => void;
}

/** One connection from its opening to its end. Nobody reconnects here: the next one is another object. */
export class Connection {
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  private readonly snapshotTimer: Timer;
  private lastProblem: ProblemError | null = null;
  private hasEnded = false;

  constructor(
    { url, path, transports, token, ackTimeoutMs, connectTimeoutMs }: ConnectionOptions,
    private readonly hooks: ConnectionHooks,
  ) {
    this.socket = io(url, {
      path,
      transports,
      auth: { token },
      forceNew: true,
      reconnection: false,
      ackTimeout: ackTimeoutMs,
    });
    this.socket.on('connect_error', (error) => {
      this.end(refusalOf(error));
    });
    this.socket.on('disconnect', () => {
      this.end(this.lastProblem);
    });
    this.socket.onAny((name: string, payload: unknown) => {
      // The types of the contract end here: what is not in it is passed over below, as the default of each `switch`.
      this.receive({ name, payload } as ServerEvent);
    });
    this.snapshotTimer = setTimeout(() => {
      this.end(ProblemError.local('no_answer', 'The server did not accept the connection in time.'));
    }, connectTimeoutMs);
  }

  /**
   * Sends an event and waits for its acknowledgement.
   *
   * @throws ProblemError what the server said, `no_answer` or `disconnected`
   */
  request<Name extends ClientEventName>(
    name: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<ClientEvents[Name]['data']> {
    type Data = ClientEvents[Name]['data'];
    // Socket.IO would keep the event for a reconnection that does not come here.
    if (this.hasEnded || !this.socket.connected) return Promise.reject(ProblemError.local('disconnected'));
    return new Promise((resolve, reject) => {
      const acknowledge = (error: Error | null, answer?: Ack<Data>) => {
        if (error !== null || answer === undefined) {
          reject(ProblemError.local(this.socket.connected ? 'no_answer' : 'disconnected', undefined, error));
        } else if (answer.ok) {
          resolve(answer.data);
        } else {
          reject(ProblemError.from(answer.error));
        }
      };
      // With `ackTimeout` the callback gets an error in front, which the types of Socket.IO know for no generic name.
      const untyped = this.socket as unknown as {
        emit: (name: string, payload: unknown, ack: typeof acknowledge) => void;
      };
      untyped.emit(name, payload, acknowledge);
    });
  }

  /** Ends it from this side. */
  close(): void {
    this.end(null);
  }

  private receive(event: ServerEvent): void {
    if (event.name === 'connected') {
      clearTimeout(this.snapshotTimer);
      this.hooks.onConnected(event.payload);
      return;
    }
    // Only these are said before a connection is closed; others are about an event that went wrong.
    if (
      event.name === 'error' &&
      ['unauthenticated', 'token_expired', 'session_revoked', 'unavailable'].includes(event.payload.code)
    ) {
      this.lastProblem = ProblemError.from(event.payload);
    }
    this.hooks.onEvent(event);
  }

  private end(problem: ProblemError | null): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearTimeout(this.snapshotTimer);
    this.socket.off();
    this.socket.offAny();
    this.socket.disconnect();
    this.hooks.onEnd(problem);
  }
}

/** `connect_error` carries the server's problem in `data` when it was the server that refused. */
function refusalOf(error: Error): ProblemError {
  const { data } = error as Error & { data?: unknown };
  return isProblemDocument(data) ? ProblemError.from(data) : ProblemError.local('network', error.message, error);
}
