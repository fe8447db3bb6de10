import { Body, Controller, Delete, HttpCode, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { Request } from 'express';

import type { Actor } from '../common/actor.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { CountsAsAuth } from '../common/http/route-marks.js';
import { AccountService } from './account.service.js';
import { DeleteAccountDto } from './dto/delete-account.dto.js';
import { originOf } from './request-origin.js';

/** Beside the other routes of users, but here, where passwords are known. */
@ApiTags('users')
@ApiBearerAuth()
@Controller('users/me')
export class AccountController {
  constructor(private readonly account: AccountService) {}

  @Delete()
  @HttpCode(204)
  @CountsAsAuth()
  @ApiOperation({
    summary: 'Delete my account for good',
    description:
      'My personal data is erased, and my name and address are free again. My messages stay, under "Deleted user"; groups of mine pass to the longest-standing moderator, else member, or are closed.',
  })
  @ApiNoContentResponse()
  @ApiProblems(
    'validation_failed',
    'malformed_json',
    'unauthenticated',
    'token_expired',
    'invalid_credentials',
    'session_revoked',
    'conflict',
    'rate_limited',
    'unavailable',
  )
  delete(@CurrentActor() actor: Actor, @Body() body: DeleteAccountDto, @Req() request: Request): Promise<void> {
    return this.account.delete(actor, body, originOf(request));
  }
}
