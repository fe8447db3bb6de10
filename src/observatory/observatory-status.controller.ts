import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { ObservatoryStatusView, ProblemLineView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import { ApiPage, ApiSignedIn } from '../common/http/api-docs.js';
import { ListProblemLinesQuery } from './dto/list-conversations.query.js';
import type { ProjectId } from './observatory-ids.js';
import { ObservatoryStatusService } from './observatory-status.service.js';
import { ObservatoryStatus, ProblemLine } from './observatory-status.view.js';

@ApiTags('observatory')
@ApiSignedIn()
@Controller('observatory')
export class ObservatoryStatusController {
  constructor(private readonly observatory: ObservatoryStatusService) {}

  @Get('status')
  @ApiOperation({ summary: 'How far the transcripts are read' })
  @ApiOkResponse({ type: ObservatoryStatus })
  status(): Promise<ObservatoryStatusView> {
    return this.observatory.status();
  }

  @Get('problems')
  @ApiOperation({ summary: 'Lines that could not be understood, by file and line' })
  @ApiPage(ProblemLine)
  problems(@Query() { projectId, ...query }: ListProblemLinesQuery): Promise<Page<ProblemLineView>> {
    return this.observatory.listProblems({ ...query, projectId: projectId?.toLowerCase() as ProjectId | undefined });
  }
}
