import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request } from 'express';

import type { OwnUserView, SessionView, TokenPairView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { CountsAsAuth, Open } from '../common/http/route-marks.js';
import { ShowsRate } from '../common/http/shows-rate.decorator.js';
import type { SessionId } from '../common/ids.js';
import { OwnUser } from '../users/user.view.js';
import { UsersService } from '../users/users.service.js';
import { AuthService } from './auth.service.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { LoginDto } from './dto/login.dto.js';
import { loginPlace } from './login-place.js';
import { RefreshDto } from './dto/refresh.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { originOf } from './request-origin.js';
import { Session } from './session.view.js';
import { SessionsService } from './sessions.service.js';
import { TokenPair } from './token-pair.view.js';

@ApiTags('auth')
@ApiProblems('rate_limited', 'unavailable')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
  ) {}

  @Post('register')
  @Open()
  @CountsAsAuth()
  @ApiOperation({ summary: 'Make an account and log in' })
  @ApiCreatedResponse({ type: TokenPair })
  @ApiProblems('validation_failed', 'malformed_json', 'forbidden', 'not_found', 'conflict', 'gone')
  register(@Body() body: RegisterDto, @Req() request: Request): Promise<TokenPairView> {
    return this.auth.register(body, originOf(request));
  }

  @Post('login')
  @HttpCode(200)
  @Open()
  @CountsAsAuth()
  @ShowsRate('loginFailures', loginPlaceOf)
  @ApiOperation({ summary: 'Log in with username or e-mail address' })
  @ApiOkResponse({ type: TokenPair })
  @ApiProblems('validation_failed', 'malformed_json', 'invalid_credentials')
  login(@Body() body: LoginDto, @Req() request: Request): Promise<TokenPairView> {
    return this.auth.login(body, originOf(request));
  }

  @Post('refresh')
  @HttpCode(200)
  @Open()
  @CountsAsAuth()
  @ApiOperation({ summary: 'Exchange a refresh token for a new pair of tokens' })
  @ApiOkResponse({ type: TokenPair })
  @ApiProblems('validation_failed', 'malformed_json', 'unauthenticated', 'token_expired', 'session_revoked')
  refresh(@Body() body: RefreshDto): Promise<TokenPairView> {
    return this.auth.refresh(body.refreshToken);
  }

  @Post('logout')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'End this session' })
  @ApiNoContentResponse()
  @ApiProblems('unauthenticated', 'token_expired', 'session_revoked')
  logout(@CurrentActor() actor: Actor): Promise<void> {
    return this.auth.logout(actor);
  }

  @Post('logout-all')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'End every session of mine' })
  @ApiNoContentResponse()
  @ApiProblems('unauthenticated', 'token_expired', 'session_revoked')
  logoutAll(@CurrentActor() actor: Actor): Promise<void> {
    return this.auth.logoutAll(actor);
  }

  @Get('profile')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'My profile' })
  @ApiOkResponse({ type: OwnUser })
  @ApiProblems('unauthenticated', 'token_expired', 'session_revoked')
  profile(@CurrentActor() actor: Actor): Promise<OwnUserView> {
    return this.users.profile(actor);
  }

  @Get('sessions')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'My sessions, newest first' })
  @ApiOkResponse({ type: [Session] })
  @ApiProblems('unauthenticated', 'token_expired', 'session_revoked')
  listSessions(@CurrentActor() actor: Actor): Promise<SessionView[]> {
    return this.sessions.listMine(actor);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'End one of my sessions' })
  @ApiNoContentResponse()
  @ApiProblems('validation_failed', 'unauthenticated', 'token_expired', 'session_revoked', 'not_found')
  endSession(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: SessionId): Promise<void> {
    return this.sessions.endMine(actor, id);
  }

  @Put('password')
  @HttpCode(204)
  @CountsAsAuth()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Change my password; all my other sessions end' })
  @ApiNoContentResponse()
  @ApiProblems(
    'validation_failed',
    'malformed_json',
    'unauthenticated',
    'token_expired',
    'invalid_credentials',
    'session_revoked',
  )
  changePassword(
    @CurrentActor() actor: Actor,
    @Body() body: ChangePasswordDto,
    @Req() request: Request,
  ): Promise<void> {
    return this.auth.changePassword(actor, body, originOf(request));
  }
}

/** For whom a failed login counts; one whose name is no text was refused by validation, and counts for nobody. */
function loginPlaceOf({ body, ip }: Request<object, unknown, { login?: unknown }>): string | undefined {
  return typeof body.login === 'string' ? loginPlace(body.login, ip) : undefined;
}
