import { ApiProperty } from '@nestjs/swagger';

import type { AttachmentView } from '../../contract/attachment-views.js';

/** A file as members see it. Documented here, below all that shows one; made by the modules above. */
export class Attachment implements AttachmentView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null for an avatar' })
  groupId!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The message that carries it' })
  messageId!: string | null;
  @ApiProperty({ format: 'uuid' }) uploaderId!: string;
  @ApiProperty({ example: 'engine.png' }) fileName!: string;
  @ApiProperty({ example: 'image/png', description: 'As its bytes say' }) contentType!: string;
  @ApiProperty({ type: 'integer', description: 'Bytes' }) size!: number;
  @ApiProperty({ description: 'Of the content as it is given out, in hexadecimal' }) sha256!: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Pixels, of a picture' }) width!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) height!: number | null;
  @ApiProperty({ description: 'A path on this server, to be asked for with the access token' }) url!: string;
  @ApiProperty({ type: String, nullable: true, description: 'null for what has none, and until it is made' })
  thumbnailUrl!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}
