import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { Open } from '../common/http/route-marks.js';
import { problemsPage } from './problems-page.js';

/** Pages for people, beside Swagger UI. */
@Open()
@ApiExcludeController()
@Controller('docs')
export class DocsController {
  @Get('problems')
  @Header('Content-Type', 'text/html; charset=utf-8')
  problems(): string {
    return problemsPage();
  }
}
