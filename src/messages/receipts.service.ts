import { Injectable } from '@nestjs/common';

import type { MarkerView, Page, ReceiptView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import type { MessageId } from '../common/ids.js';
import { MarkersService } from '../groups/markers.service.js';
import { MessageAccess } from './message-access.js';

/** Who has a message, and who has read it: what the markers say about one place. */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly access: MessageAccess,
    private readonly markers: MarkersService,
  ) {}

  /** Everything up to this message has been read. @throws Problem `not_found` or `not_a_member` */
  async markRead(actor: Actor, id: MessageId): Promise<MarkerView> {
    const { message } = await this.access.require(actor, id, 'read');
    return this.markers.move(actor, message.groupId, 'read', message.seq);
  }

  /** @throws Problem `not_found` or `not_a_member` */
  async list(actor: Actor, id: MessageId, query: { limit: number; cursor?: string }): Promise<Page<ReceiptView>> {
    const { message } = await this.access.require(actor, id, 'read');
    return this.markers.receipts(message.groupId, message, query);
  }
}
