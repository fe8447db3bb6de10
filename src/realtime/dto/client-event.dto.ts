import { IsBoolean, IsNumber, IsUUID } from 'class-validator';

import type { ClientEvents } from '../../../contract/events.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { ReadDto } from '../../groups/dto/read.dto.js';
import { EditMessageDto } from '../../messages/dto/edit-message.dto.js';
import { SendMessageDto } from '../../messages/dto/send-message.dto.js';

/** The payloads of client events: those of REST, with the id that REST has in its path. */
export class MessagePayload extends SendMessageDto implements Payload<'message'> {
  @IsUUID()
  groupId!: string;
}

export class EditMessagePayload extends EditMessageDto implements Payload<'edit_message'> {
  @IsUUID()
  messageId!: string;
}

export class MessageIdPayload implements Payload<'delete_message'> {
  @IsUUID()
  messageId!: string;
}

export class TypingPayload implements Payload<'typing'> {
  @IsUUID()
  groupId!: string;

  @MayBeAbsent()
  @IsBoolean()
  isTyping?: boolean;
}

export class ReadPayload extends ReadDto implements Payload<'read'> {
  @IsUUID()
  groupId!: string;
}

export class PingPayload implements Payload<'ping'> {
  @MayBeAbsent()
  @IsNumber()
  timestamp?: number;
}

type Payload<Name extends keyof ClientEvents> = ClientEvents[Name]['payload'];
