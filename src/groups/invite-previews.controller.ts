import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { InvitePreviewView } from '../../contract/views.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { Open } from '../common/http/route-marks.js';
import { InvitePreview } from './invite.view.js';
import { InvitesService } from './invites.service.js';

/** Where the link of an invitation leads, for people who may have no account yet. */
@ApiTags('invites')
@Controller('invites')
export class InvitePreviewsController {
  constructor(private readonly invites: InvitesService) {}

  @Get(':code')
  @Open()
  @ApiOperation({ summary: 'What an invitation is to' })
  @ApiOkResponse({ type: InvitePreview })
  @ApiProblems('validation_failed', 'not_found', 'gone', 'rate_limited', 'unavailable')
  preview(@Param('code') code: string): Promise<InvitePreviewView> {
    return this.invites.preview(code);
  }
}
