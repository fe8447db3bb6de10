import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { ThrottlerModule } from '@nestjs/throttler';

import { WindowCounters } from '../common/rate-limits/window-counters.js';
import { SETTINGS } from '../config/config.module.js';
import { UserSessions } from '../users/user-sessions.js';
import { UsersModule } from '../users/users.module.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { AuthenticationService } from './authentication.service.js';
import { erasedIdentityModel, erasedIdentitySchema } from './erased-identity.schema.js';
import { ExternalTokensService } from './external-tokens.service.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentitiesService } from './identities.service.js';
import { identityModel, identitySchema } from './identity.schema.js';
import { IssuerKeys } from './issuer-keys.js';
import { IssuerStrategy } from './issuer.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginFailuresService } from './login-failures.service.js';
import { PasswordsService } from './passwords.service.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { rateLimitOptions } from './rate-limit.options.js';
import { RegistrationService } from './registration.service.js';
import { SessionSweep } from './session-sweep.js';
import { SessionRecordsModule } from './session-records.module.js';
import { SessionsService } from './sessions.service.js';
import { jwtOptions, TokensService } from './tokens.service.js';

/** Global, because it gives the users module the `UserSessions` that it asks for without knowing who has it. */
@Global()
@Module({
  imports: [
    UsersModule,
    SessionRecordsModule,
    JwtModule.registerAsync({ inject: [SETTINGS], useFactory: jwtOptions }),
    ThrottlerModule.forRootAsync({ inject: [SETTINGS, WindowCounters], useFactory: rateLimitOptions }),
    MongooseModule.forFeature([
      { name: identityModel, schema: identitySchema },
      { name: erasedIdentityModel, schema: erasedIdentitySchema },
    ]),
  ],
  controllers: [AuthController, AccountController],
  providers: [
    AuthService,
    RegistrationService,
    AccountService,
    SessionsService,
    SessionSweep,
    TokensService,
    ExternalTokensService,
    IssuerKeys,
    IdentitiesService,
    IdentitiesRepository,
    PasswordsService,
    LoginFailuresService,
    AuthenticationService,
    JwtStrategy,
    IssuerStrategy,
    { provide: UserSessions, useExisting: SessionsService },
    // In this order: guesses at tokens are counted before they are judged.
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [AuthenticationService, SessionsService, TokensService, PasswordsService, UserSessions],
})
export class AuthModule {}
