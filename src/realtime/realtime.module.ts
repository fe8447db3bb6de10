import { Global, Module } from '@nestjs/common';

import { AuthModule } from '../auth/auth.module.js';
import { RealtimeGauges } from '../common/telemetry/realtime-gauges.js';
import { GroupTyping } from '../groups/group-typing.js';
import { GroupsModule } from '../groups/groups.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PresenceAudience, UserPresence } from '../users/user-presence.js';
import { UsersModule } from '../users/users.module.js';
import { Arrivals } from './arrivals.js';
import { Audience } from './audience.js';
import { Broadcaster } from './broadcaster.js';
import { ChatGateway } from './chat.gateway.js';
import { ClientEventHandlers } from './client-event-handlers.js';
import { ConnectedUsers } from './connected-users.js';
import { Connecting } from './connecting.js';
import { ConnectionDrain } from './connection-drain.js';
import { ConnectionRefresh } from './connection-refresh.js';
import { ConnectionWatch } from './connection-watch.js';
import { EventCatalogue } from './event-catalogue.js';
import { EventCatalogueController } from './event-catalogue.controller.js';
import { EventIntake } from './event-intake.js';
import { EventWatch } from './event-watch.js';
import { Handshake } from './handshake.js';
import { LiveConnections } from './live-connections.js';
import { LiveGauges } from './live-gauges.js';
import { PlainEvents } from './plain-events.js';
import { PlainGateway } from './plain.gateway.js';
import { PresenceNews } from './presence.js';
import { RemoteConnections } from './remote-connections.js';
import { Subscriptions } from './subscriptions.js';
import { Typing } from './typing.js';
import { WebSocketStatusController } from './websocket-status.controller.js';
import { WebSocketStatusService } from './websocket-status.service.js';

/** Global, because it gives users and groups what they ask for without knowing who has it. */
@Global()
@Module({
  imports: [AuthModule, UsersModule, GroupsModule, MessagesModule],
  controllers: [EventCatalogueController, WebSocketStatusController],
  providers: [
    ChatGateway,
    PlainGateway,
    PlainEvents,
    ClientEventHandlers,
    EventIntake,
    EventWatch,
    Handshake,
    Arrivals,
    Connecting,
    LiveConnections,
    RemoteConnections,
    ConnectionRefresh,
    ConnectionDrain,
    LiveGauges,
    WebSocketStatusService,
    ConnectedUsers,
    ConnectionWatch,
    Audience,
    Broadcaster,
    PresenceNews,
    Subscriptions,
    Typing,
    EventCatalogue,
    { provide: UserPresence, useExisting: ConnectedUsers },
    { provide: PresenceAudience, useExisting: PresenceNews },
    { provide: GroupTyping, useExisting: Typing },
    { provide: RealtimeGauges, useExisting: LiveGauges },
  ],
  exports: [UserPresence, PresenceAudience, GroupTyping, RealtimeGauges],
})
export class RealtimeModule {}
