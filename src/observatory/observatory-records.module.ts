import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { ConversationTitlesRepository } from './conversation-titles.repository.js';
import { ConversationsRepository } from './conversations.repository.js';
import { observatoryModels } from './observatory-models.js';
import { PacksRepository } from './packs.repository.js';
import { ProblemLinesRepository } from './problem-lines.repository.js';
import { ProjectsRepository } from './projects.repository.js';
import { SegmentsRepository } from './segments.repository.js';
import { TranscriptFilesRepository } from './transcript-files.repository.js';

const repositories = [
  ProjectsRepository,
  ConversationsRepository,
  PacksRepository,
  SegmentsRepository,
  TranscriptFilesRepository,
  ProblemLinesRepository,
  ConversationTitlesRepository,
];

/** What was read of transcripts as stored: for the API, and for the thread that reads. */
@Module({
  imports: [MongooseModule.forFeature([...observatoryModels])],
  providers: repositories,
  exports: repositories,
})
export class ObservatoryRecordsModule {}
