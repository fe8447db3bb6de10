import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { Open } from '../common/http/route-marks.js';
import { documentPolicy } from '../docs/document-page.js';
import { EventCatalogue } from './event-catalogue.js';

/** The event catalogue: beside Swagger UI, which knows of requests only. */
@Open()
@ApiExcludeController()
@Controller('docs')
export class EventCatalogueController {
  constructor(private readonly catalogue: EventCatalogue) {}

  @Get('asyncapi.json')
  asyncApi(): object {
    return this.catalogue.asyncApi;
  }

  @Get('events')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', documentPolicy)
  events(): string {
    return this.catalogue.page;
  }
}
