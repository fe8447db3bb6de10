import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { AdminUserView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import type { UserId } from '../common/ids.js';
import { AdminUser } from './admin-user.view.js';
import { AdministerUserDto } from './dto/administer-user.dto.js';
import { ListAdminUsersQuery } from './dto/list-admin-users.query.js';
import { UserAdministrationService } from './user-administration.service.js';

@ApiTags('admin')
@ApiSignedIn('forbidden')
@Controller()
export class AdminUsersController {
  constructor(private readonly administration: UserAdministrationService) {}

  @Get('admin/users')
  @ApiOperation({ summary: 'All users, with address and activity; for admins' })
  @ApiPage(AdminUser)
  list(@CurrentActor() actor: Actor, @Query() query: ListAdminUsersQuery): Promise<Page<AdminUserView>> {
    return this.administration.list(actor, query);
  }

  @Patch('users/:id')
  @ApiOperation({ summary: 'Change the role of a user, or take his account out of use; for admins' })
  @ApiOkResponse({ type: AdminUser })
  @ApiProblems('malformed_json', 'not_found', 'conflict', 'gone')
  update(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: UserId,
    @Body() body: AdministerUserDto,
  ): Promise<AdminUserView> {
    return this.administration.update(actor, id, body);
  }
}
