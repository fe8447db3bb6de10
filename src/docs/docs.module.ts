import { Module } from '@nestjs/common';

import { DocsController } from './docs.controller.js';
import { GuidePagesService } from './guide-pages.service.js';

@Module({ controllers: [DocsController], providers: [GuidePagesService] })
export class DocsModule {}
