import { Body, Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { limits } from '../../contract/limits.js';
import type { MuteView, TypingView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import type { GroupId } from '../common/ids.js';
import { MuteDto } from './dto/mute.dto.js';
import { TypingDto } from './dto/typing.dto.js';
import { GroupTyping } from './group-typing.js';
import { MutesService } from './mutes.service.js';
import { Mute, TypingNow } from './my-group.view.js';

/** What a member says of himself in a group: that he is typing, and that he does not want to be called. */
@ApiTags('groups')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('groups/:id')
export class AttentionController {
  constructor(
    private readonly mutes: MutesService,
    private readonly typing: GroupTyping,
  ) {}

  @Put('mute')
  @ApiOperation({ summary: 'Hear less of a group: no mention event until then; unread messages are counted as always' })
  @ApiOkResponse({ type: Mute })
  @ApiProblems('malformed_json')
  mute(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId, @Body() body: MuteDto): Promise<MuteView> {
    return this.mutes.set(actor, id, body.until);
  }

  @Put('typing')
  @HttpCode(204)
  @ApiOperation({ summary: 'Say that I am typing, or no longer; it ends by itself after five seconds' })
  @ApiNoContentResponse()
  @ApiProblems('malformed_json')
  setTyping(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId, @Body() body: TypingDto): Promise<void> {
    return this.typing.set(actor, id, body.isTyping);
  }

  @Get('typing')
  @ApiOperation({
    summary: 'Who is typing now',
    description: `Members are told by the event \`typing\`, but for those of groups of more than ${String(limits.audience.maxMembers)}.`,
  })
  @ApiOkResponse({ type: TypingNow })
  async listTyping(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId): Promise<TypingView> {
    return { groupId: id, userIds: await this.typing.list(actor, id) };
  }
}
