import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import type { AdminGroupView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { AdminGroup } from './admin-group.view.js';
import { AdminGroupsService } from './admin-groups.service.js';
import { ListAdminGroupsQuery } from './dto/list-admin-groups.query.js';

@ApiTags('admin')
@ApiSignedIn('forbidden')
@Controller('admin/groups')
export class AdminGroupsController {
  constructor(private readonly groups: AdminGroupsService) {}

  @Get()
  @ApiOperation({ summary: 'All groups, with size and activity; for admins' })
  @ApiPage(AdminGroup)
  list(@CurrentActor() actor: Actor, @Query() query: ListAdminGroupsQuery): Promise<Page<AdminGroupView>> {
    return this.groups.list(actor, query);
  }
}
