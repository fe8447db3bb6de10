import { Injectable } from '@nestjs/common';
import type { RawData } from 'ws';

import type { ClientEventName } from '../../contract/events.js';
import { toProblem } from '../common/problem-document.js';
import { Problem } from '../common/problem.js';
import { runInContext } from '../common/request-context.js';
import { validationPipe } from '../common/validation.js';
import { ClientEventHandlers } from './client-event-handlers.js';
import type { Connection } from './connection.js';
import { payloadClasses } from './dto/client-event.dto.js';
import { EventIntake } from './event-intake.js';
import { EventWatch } from './event-watch.js';
import type { PlainConnection } from './plain.connection.js';
import { countRefusal, problemDocument } from './refusal.js';

/** A frame that was read: an `id` is there when the client wants an acknowledgement. */
interface Frame {
  event: unknown;
  id: unknown;
  payload: object;
}

const maxIdLength = 128;

/** The events of plain WebSockets: read, checked and served like those of Socket.IO. */
@Injectable()
export class PlainEvents {
  private readonly pipe = validationPipe();

  constructor(
    private readonly intake: EventIntake,
    private readonly watch: EventWatch,
    private readonly handlers: ClientEventHandlers,
  ) {}

  /** Takes one frame. Whatever is in it, the answer is a frame and the process lives. */
  take(connection: PlainConnection, data: RawData, isBinary: boolean): void {
    const watched = this.watch.begin(connection);
    runInContext(watched.context, () => {
      let frame: Frame | undefined;
      try {
        frame = readFrame(data, isBinary);
        watched.name(frame.event);
        const { event, done } = this.intake.admit(connection, frame.event, frame.payload);
        this.serve(connection, event, frame)
          .catch((error: unknown) => {
            refuse(connection, event, frame?.id, error);
          })
          .finally(() => {
            done();
            watched.end();
          });
      } catch (error) {
        refuse(connection, typeof frame?.event === 'string' ? frame.event : 'frame', frame?.id, error);
        watched.end();
      }
    });
  }

  private async serve(connection: PlainConnection, event: ClientEventName, { id, payload }: Frame): Promise<void> {
    await connection.state.ready;
    // One whose client has gone by itself is served: it said this before it went.
    if (connection.state.isTurnedAway) return;
    const checked: unknown = await this.pipe.transform(payload, { type: 'body', metatype: payloadClasses[event] });
    // The class of the payload is that of the event, by the type of the table; the union cannot say so.
    const handler = this.handlers[event] as (connection: Connection, payload: unknown) => Promise<unknown>;
    const result = await handler(connection, checked);
    connection.state.refusedInARow = 0;
    if (id !== undefined) connection.sendFrame(encode({ type: 'ack', id, ok: true, data: result }));
  }
}

/** @throws Problem `validation_failed` or `malformed_json` */
function readFrame(data: RawData, isBinary: boolean): Frame {
  if (isBinary) throw new Problem('validation_failed', 'Frames are text, not binary.');
  const value = parse(Buffer.isBuffer(data) ? data.toString('utf8') : '');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('validation_failed', 'A frame is a JSON object with a type.');
  }
  const { type, id, ...payload } = value as { type?: unknown; id?: unknown };
  if (!isSendable(id)) throw new Problem('validation_failed', 'An id is a short text or a number.');
  return { event: type, id, payload };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Problem('malformed_json', 'The frame is not valid JSON.', { cause: error });
  }
}

/** The only thing of a client's that goes back to it; anything deeper could not be encoded safely. */
function isSendable(id: unknown): boolean {
  return id === undefined || typeof id === 'number' || (typeof id === 'string' && id.length <= maxIdLength);
}

function refuse(connection: PlainConnection, event: string, id: unknown, error: unknown): void {
  const problem = toProblem(error);
  const document = problemDocument(problem, event);
  if (id === undefined) connection.emit({ event: 'error', payload: document });
  else connection.sendFrame(encode({ type: 'ack', id, ok: false, error: document }));
  countRefusal(connection, problem.code);
}

function encode(frame: object): Buffer {
  return Buffer.from(JSON.stringify(frame));
}
