/**
 * The REST server that one would write with Nest: a guard that checks the token of each request with the string secret,
 * as the documentation of `@nestjs/jwt` shows, a Mongoose model, one `create` for each message. It has no validation, no
 * check of membership, no logging and no limits, all of which ours has.
 */
import type { AddressInfo } from 'node:net';

import {
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  Req,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { InjectModel, MongooseModule } from '@nestjs/mongoose';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import { Schema, Types, type Model } from 'mongoose';

import { announce, baselineArguments } from './arguments.js';

interface Claims {
  sub: string;
  name: string;
}

interface Message {
  _id: Types.ObjectId;
  groupId: string;
  senderId: string;
  senderName: string;
  content: string;
  createdAt: Date;
  updatedAt: Date;
}

const { mongodbUri, database, secret, writeConcern } = baselineArguments();

const messageSchema = new Schema<Message>(
  {
    groupId: { type: String, required: true },
    senderId: { type: String, required: true },
    senderName: { type: String, required: true },
    content: { type: String, required: true, maxlength: 10_000 },
  },
  { timestamps: true },
);
messageSchema.index({ groupId: 1, _id: 1 });

@Injectable()
class AuthGuard implements CanActivate {
  constructor(@Inject(JwtService) private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & { user?: Claims }>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException();
    try {
      request.user = await this.jwt.verifyAsync<Claims>(token, { secret });
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}

@Controller('groups/:groupId')
@UseGuards(AuthGuard)
class MessagesController {
  constructor(@InjectModel('Message') private readonly messages: Model<Message>) {}

  @Post('messages')
  send(@Req() request: { user: Claims }, @Param('groupId') groupId: string, @Body() body: { content: string }) {
    const { sub, name } = request.user;
    return this.messages.create({ groupId, senderId: sub, senderName: name, content: body.content });
  }

  @Get('messages')
  list(@Param('groupId') groupId: string) {
    return this.messages.find({ groupId }).sort({ _id: -1 }).limit(50).exec();
  }

  /** Catching up, as one would do it: what has a higher id. Edits and deletes are not seen by it. */
  @Get('changes')
  async changes(@Param('groupId') groupId: string, @Query('since') since: string) {
    const after = Types.ObjectId.isValid(since) ? { _id: { $gt: since } } : {};
    const items = await this.messages
      .find({ groupId, ...after })
      .sort({ _id: 1 })
      .limit(500)
      .exec();
    return { items, rev: items.at(-1)?._id ?? since, hasMore: items.length === 500 };
  }
}

@Module({
  imports: [
    JwtModule.register({ global: true, secret }),
    MongooseModule.forRoot(mongodbUri, { dbName: database, writeConcern }),
    MongooseModule.forFeature([{ name: 'Message', schema: messageSchema }]),
  ],
  controllers: [MessagesController],
})
class BaselineModule {}

const app = await NestFactory.create<NestExpressApplication>(BaselineModule, { logger: ['warn', 'error'] });
await app.listen(0, '127.0.0.1');
announce((app.getHttpServer().address() as AddressInfo).port);
