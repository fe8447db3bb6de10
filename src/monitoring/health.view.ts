import { ApiProperty } from '@nestjs/swagger';

export type ServiceState = 'up' | 'down' | 'off';

class Services {
  @ApiProperty({ enum: ['up', 'down', 'off'] }) database!: ServiceState;
  @ApiProperty({ enum: ['up', 'down', 'off'] }) cache!: ServiceState;
  @ApiProperty({ enum: ['up', 'down', 'off'] }) realtime!: ServiceState;
  @ApiProperty({ enum: ['up', 'down', 'off'] }) observatory!: ServiceState;
}

export class Health {
  @ApiProperty({
    enum: ['ok', 'degraded', 'unavailable'],
    description: 'degraded: everything is taken and kept, and live events stay on their node',
  })
  status!: 'ok' | 'degraded' | 'unavailable';
  @ApiProperty({ example: '0.1.0' }) version!: string;
  @ApiProperty({ description: 'Seconds since the start' }) uptime!: number;
  @ApiProperty({ format: 'date-time' }) timestamp!: string;
  @ApiProperty({ type: Services }) services!: Services;
  @ApiProperty({ type: [String], description: 'What is wrong, one sentence each; empty when nothing is' })
  reasons!: string[];
}

export class Liveness {
  @ApiProperty({ enum: ['ok'] }) status!: 'ok';
}

export class ReadinessState {
  @ApiProperty({ enum: ['ready', 'starting', 'draining', 'no_database'] })
  status!: 'ready' | 'starting' | 'draining' | 'no_database';
  @ApiProperty({ type: String, nullable: true, description: 'Why it is not ready, for people' })
  reason!: string | null;
}
