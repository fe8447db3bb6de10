import { closeCodes, firstFinalCode, type CloseReason } from '../../contract/close-codes.js';
import { limits } from '../../contract/limits.js';
import type { ProblemCode } from '../../contract/problems.js';
import { plainProtocol } from './plain-request.js';

/** One way to hand over the access token; `scheme` is AsyncAPI's form of it. */
interface TokenPlace {
  name: string;
  meaning: string;
  scheme: Readonly<Record<string, string>>;
}

interface Transport {
  title: string;
  meaning: string;
  tokens: readonly TokenPlace[];
  /** The codes with which a handshake is refused. */
  refusals: readonly ProblemCode[];
  refusal: string;
}

const header: TokenPlace = {
  name: 'bearer',
  meaning: 'the header Authorization: Bearer <token>',
  scheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
};

/** How to connect: what the events of both transports have around them. */
export const transports = {
  socketIo: {
    title: 'Socket.IO',
    meaning:
      'At /socket.io, namespace /, with a Socket.IO 4 client. An event is emitted with one payload; whoever gives a function behind it is acknowledged through it with { ok: true, data } or { ok: false, error }.',
    tokens: [
      {
        name: 'handshake',
        meaning: 'auth.token of the handshake: io(url, { auth: { token } })',
        scheme: { type: 'apiKey', in: 'password' },
      },
      header,
    ],
    refusals: ['unauthenticated', 'token_expired', 'session_revoked', 'rate_limited', 'unavailable'],
    refusal: 'A refused handshake is told by connect_error, with a problem document in its data.',
  },
  webSocket: {
    title: 'Plain WebSocket',
    meaning:
      'At /ws for all groups of the user, at /ws/groups/{groupId} for one. Frames are text: a JSON object with the event as its type and the fields of the payload beside it. A frame with an id (a number or a short text) is answered by { "type": "ack", "id", "ok", "data" or "error" }; one without is answered only when it is refused, by { "type": "error", "error" }. A frame above 64 KiB ends the connection with code 1009.',
    tokens: [
      header,
      {
        name: 'subprotocol',
        meaning: `the subprotocols, for browsers: new WebSocket(url, ["${plainProtocol}", "bearer." + token])`,
        scheme: { type: 'httpApiKey', in: 'header', name: 'Sec-WebSocket-Protocol' },
      },
      {
        name: 'query',
        meaning: 'the query: /ws?token=<token>',
        scheme: { type: 'httpApiKey', in: 'query', name: 'token' },
      },
    ],
    refusals: [
      'validation_failed',
      'unauthenticated',
      'token_expired',
      'session_revoked',
      'forbidden',
      'not_a_member',
      'not_found',
      'rate_limited',
      'unavailable',
    ],
    refusal: 'A refused handshake is answered over HTTP, before the upgrade, with a problem document.',
  },
} as const satisfies Record<string, Transport>;

/** Complete by type: a code without its meaning does not compile. */
const closeMeanings: Readonly<Record<CloseReason, string>> = {
  going_away: 'The server stops or is deployed anew, or the connection could not be brought in.',
  too_slow: `More than ${String(limits.socket.maxWaitingBytes)} bytes waited for a client that did not read.`,
  rate_limited: `${String(limits.socket.maxRefusedInARow)} events in a row were too many.`,
  session_revoked: 'The session of the token has ended; session_revoked said why.',
  token_expired: 'The access token has expired and was not renewed with authenticate.',
  protocol_error: `${String(limits.socket.maxRefusedInARow)} events in a row were not valid, or what the connection asked for cannot be.`,
};

export interface CloseCode {
  code: number;
  reason: string;
  meaning: string;
  /** Whether to come back with the same token, and catch up with `sync`. */
  comeBack: boolean;
}

export const closeCodeRows: readonly CloseCode[] = Object.entries(closeCodes).map(([reason, code]) => ({
  code,
  reason,
  meaning: closeMeanings[reason as CloseReason],
  comeBack: code < firstFinalCode,
}));

/** The query of `/ws/groups/{groupId}`, by name. */
export const groupQuery = {
  since: {
    type: 'integer',
    minimum: 0,
    description: 'Send every change after this rev before anything live; closed with an error when the log is another',
  },
  history: {
    type: 'integer',
    minimum: 0,
    maximum: limits.history.maxMessages,
    description: 'Send so many of the newest messages, as offline_message',
  },
} as const;
