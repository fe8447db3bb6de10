import { Module } from '@nestjs/common';

import { ChatPageController } from './chat-page.controller.js';
import { ObservatoryPageController } from './observatory-page.controller.js';

/** The pages for those who use the server; the operators' dashboard lies in monitoring, with who may see it. */
@Module({ controllers: [ChatPageController, ObservatoryPageController] })
export class PagesModule {}
