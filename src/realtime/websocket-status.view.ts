import { ApiProperty } from '@nestjs/swagger';

import type { WebSocketClientView, WebSocketStatusView } from '../../contract/websocket-status.js';

class Connections {
  @ApiProperty() total!: number;
  @ApiProperty() socketIo!: number;
  @ApiProperty() websocket!: number;
  @ApiProperty({ description: 'Different users among them' }) users!: number;
}

class SocketLimits {
  @ApiProperty() maxConnections!: number;
  @ApiProperty() maxConnectionsPerUser!: number;
  @ApiProperty() maxFrameBytes!: number;
  @ApiProperty() maxWaitingBytes!: number;
  @ApiProperty() eventsPerSecond!: number;
  @ApiProperty() maxPending!: number;
  @ApiProperty() authenticationTimeoutMs!: number;
}

class HeartbeatStatus {
  @ApiProperty() intervalMs!: number;
  @ApiProperty() timeoutMs!: number;
}

class WaitingNow {
  @ApiProperty() clientEvents!: number;
  @ApiProperty() bytes!: number;
}

export class WebSocketStatus implements WebSocketStatusView {
  @ApiProperty({ type: Connections }) connections!: Connections;
  @ApiProperty({ type: SocketLimits }) limits!: SocketLimits;
  @ApiProperty({ type: HeartbeatStatus }) heartbeat!: HeartbeatStatus;
  @ApiProperty({ type: WaitingNow }) waiting!: WaitingNow;
}

export class WebSocketClient implements WebSocketClientView {
  @ApiProperty() connectionId!: string;
  @ApiProperty({ format: 'uuid' }) userId!: string;
  @ApiProperty({ type: String, nullable: true }) username!: string | null;
  @ApiProperty({ enum: ['socket.io', 'websocket'] }) transport!: 'socket.io' | 'websocket';
  @ApiProperty({ format: 'date-time' }) connectedAt!: string;
  @ApiProperty({ format: 'date-time', description: 'When its token ends' }) expiresAt!: string;
  @ApiProperty({ description: 'How many groups it receives live' }) groups!: number;
  @ApiProperty() pendingEvents!: number;
  @ApiProperty() waitingBytes!: number;
}
