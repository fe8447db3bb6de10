import { Module } from '@nestjs/common';

import { AuthModule } from '../auth/auth.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { Audience } from './audience.js';
import { Broadcaster } from './broadcaster.js';
import { ChatGateway } from './chat.gateway.js';
import { Connecting } from './connecting.js';
import { EventIntake } from './event-intake.js';
import { Handshake } from './handshake.js';
import { LiveSockets } from './live-sockets.js';
import { SlowReaders } from './slow-readers.js';
import { Typing } from './typing.js';

@Module({
  imports: [AuthModule, GroupsModule, MessagesModule],
  providers: [ChatGateway, LiveSockets, Handshake, Connecting, EventIntake, Audience, Broadcaster, Typing, SlowReaders],
})
export class RealtimeModule {}
