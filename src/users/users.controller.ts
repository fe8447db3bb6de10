import { Body, Controller, Get, Param, Patch, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { OnlineUsersPage, OwnUserView, Page, PublicUserView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { UserId } from '../common/ids.js';
import { ListUsersQuery } from './dto/list-users.query.js';
import { PresenceDto } from './dto/presence.dto.js';
import { UpdateProfileDto } from './dto/update-profile.dto.js';
import { ProfileService } from './profile.service.js';
import { UserDirectoryService } from './user-directory.service.js';
import { OwnUser, PublicUser } from './user.view.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@ApiSignedIn()
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly directory: UserDirectoryService,
    private readonly profiles: ProfileService,
  ) {}

  @Get('me')
  @ApiOperation({ summary: 'My profile' })
  @ApiOkResponse({ type: OwnUser })
  me(@CurrentActor() actor: Actor): Promise<OwnUserView> {
    return this.users.profile(actor);
  }

  @Patch('me')
  @ApiOperation({ summary: 'Change my profile' })
  @ApiOkResponse({ type: OwnUser })
  @ApiProblems('malformed_json', 'not_found', 'conflict')
  update(@CurrentActor() actor: Actor, @Body() body: UpdateProfileDto): Promise<OwnUserView> {
    return this.profiles.update(actor, body);
  }

  @Put('me/presence')
  @ApiOperation({ summary: 'What others see while I am connected, for good or until a time' })
  @ApiOkResponse({ type: OwnUser })
  @ApiProblems('malformed_json', 'not_found')
  choosePresence(@CurrentActor() actor: Actor, @Body() body: PresenceDto): Promise<OwnUserView> {
    return this.profiles.choosePresence(actor, body);
  }

  @Get('online')
  @ApiOperation({
    summary: 'Who is online now',
    description: 'In the order of their ids: who comes or goes during a walk may be missed, and nobody is met twice.',
  })
  @ApiPage(PublicUser, ['total'])
  online(@Query() query: PageQuery): Promise<OnlineUsersPage> {
    return this.directory.listOnline(query);
  }

  @Get()
  @ApiOperation({
    summary: 'People, by the beginning of their username, then of their display name',
    description: 'Who changes his display name during a walk may be missed or met twice; usernames do not change.',
  })
  @ApiPage(PublicUser)
  list(@Query() query: ListUsersQuery): Promise<Page<PublicUserView>> {
    return this.directory.list(query.q, query);
  }

  @Get('by-username/:username')
  @ApiOperation({ summary: 'One public profile, by username' })
  @ApiOkResponse({ type: PublicUser })
  @ApiProblems('not_found')
  byUsername(@Param('username') username: string): Promise<PublicUserView> {
    return this.users.publicProfileByUsername(username);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One public profile' })
  @ApiOkResponse({ type: PublicUser })
  @ApiProblems('not_found')
  byId(@Param('id', IdPipe) id: UserId): Promise<PublicUserView> {
    return this.users.publicProfile(id);
  }
}
