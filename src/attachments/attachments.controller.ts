import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';

import type { AttachmentCountView, AttachmentStatsView, AttachmentView } from '../../contract/attachment-views.js';
import type { Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { ShowsRate } from '../common/http/shows-rate.decorator.js';
import type { AttachmentId, MessageId } from '../common/ids.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Attachment } from '../groups/attachment.view.js';
import { ApiContent } from './api-content.js';
import { AttachmentContentsService } from './attachment-contents.service.js';
import { AttachmentListService } from './attachment-list.service.js';
import { AttachmentCount, AttachmentStats } from './attachment-stats.view.js';
import { AttachmentsService } from './attachments.service.js';
import { answerWithContent } from './content-answer.js';
import { AttachmentStatsQuery, ListAttachmentsQuery } from './dto/list-attachments.query.js';
import { RenameAttachmentDto } from './dto/rename-attachment.dto.js';
import { UploadFormDto } from './dto/upload-form.dto.js';
import { UploadQuery } from './dto/upload.query.js';
import { receiveUpload, refuseOversized } from './upload-request.js';
import { UploadsService } from './uploads.service.js';

@ApiTags('attachments')
@ApiSignedIn('not_a_member', 'not_found')
@Controller()
export class AttachmentsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly attachments: AttachmentsService,
    private readonly lists: AttachmentListService,
    private readonly contents: AttachmentContentsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post('attachments')
  @ShowsRate('uploadsPerMinute')
  @ApiOperation({
    summary: 'Upload a file',
    description:
      'Of the form, `groupId` comes before `file` (or in the query). The file is mine alone until a message of that group carries it; one that no message takes is removed after a day. With `purpose=avatar`, and no group, it is a picture for `avatarAttachmentId`.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: UploadFormDto })
  @ApiCreatedResponse({ type: Attachment })
  @ApiProblems('forbidden', 'payload_too_large', 'unsupported_media_type')
  upload(@CurrentActor() actor: Actor, @Query() query: UploadQuery, @Req() request: Request): Promise<AttachmentView> {
    return this.uploads.begin(actor, () => {
      refuseOversized(request, this.settings.MAX_UPLOAD_BYTES);
      return receiveUpload(request, query, (target, file) => this.uploads.store(actor, target, file));
    });
  }

  @Get('attachments')
  @ApiOperation({ summary: 'Files in my groups, newest first, and mine that no message has yet' })
  @ApiPage(Attachment)
  list(
    @CurrentActor() actor: Actor,
    @Query() { limit, cursor, ...query }: ListAttachmentsQuery,
  ): Promise<Page<AttachmentView>> {
    return this.lists.list(actor, query, { limit, cursor });
  }

  @Get('attachments/stats')
  @ApiOperation({ summary: 'How many files I may see, and their bytes, by type' })
  @ApiOkResponse({ type: AttachmentStats })
  stats(@CurrentActor() actor: Actor, @Query() query: AttachmentStatsQuery): Promise<AttachmentStatsView> {
    return this.lists.stats(actor, query);
  }

  @Get('attachments/:id')
  @ApiOperation({ summary: 'What is known of a file' })
  @ApiOkResponse({ type: Attachment })
  get(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: AttachmentId): Promise<AttachmentView> {
    return this.attachments.get(actor, id);
  }

  @Get('attachments/:id/content')
  @ApiOperation({ summary: 'The file itself, or parts of it' })
  @ApiContent('*/*')
  @ApiProblems('range_not_satisfiable')
  async content(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: AttachmentId,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await answerWithContent(request, response, await this.contents.open(actor, id));
  }

  @Get('attachments/:id/thumbnail')
  @ApiOperation({ summary: 'A small picture of a picture; a moment after the upload' })
  @ApiContent('image/webp')
  @ApiProblems('range_not_satisfiable')
  async thumbnail(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: AttachmentId,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await answerWithContent(request, response, await this.contents.openThumbnail(actor, id));
  }

  @Patch('attachments/:id')
  @ApiOperation({ summary: 'Rename a file; by its uploader or a moderator' })
  @ApiOkResponse({ type: Attachment })
  @ApiProblems('malformed_json', 'forbidden', 'conflict')
  rename(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: AttachmentId,
    @Body() body: RenameAttachmentDto,
  ): Promise<AttachmentView> {
    return this.attachments.rename(actor, id, body);
  }

  @Delete('attachments/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a file for good, out of its message too; by its uploader or a moderator' })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'conflict')
  async remove(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: AttachmentId): Promise<void> {
    await this.attachments.remove(actor, id);
  }

  @Get('messages/:id/attachments')
  @ApiOperation({ summary: 'The files of a message' })
  @ApiPage(Attachment)
  listOfMessage(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<Page<AttachmentView>> {
    return this.attachments.listOfMessage(actor, id);
  }

  @Get('messages/:id/attachments/count')
  @ApiOperation({ summary: 'How many files a message has' })
  @ApiOkResponse({ type: AttachmentCount })
  async countOfMessage(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<AttachmentCountView> {
    return { count: await this.attachments.countOfMessage(actor, id) };
  }
}
