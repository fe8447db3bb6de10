import { conversationModel, conversationSchema } from './conversation.schema.js';
import { conversationTitleModel, conversationTitleSchema } from './conversation-title.schema.js';
import { forgottenProjectModel, forgottenProjectSchema } from './forgotten-project.schema.js';
import { packModel, packSchema } from './pack.schema.js';
import { problemLineModel, problemLineSchema } from './problem-line.schema.js';
import { projectModel, projectSchema } from './project.schema.js';
import { segmentModel, segmentSchema } from './segment.schema.js';
import { transcriptFileModel, transcriptFileSchema } from './transcript-file.schema.js';

/** Every collection of the observatory. */
export const observatoryModels = [
  { name: projectModel, schema: projectSchema },
  { name: forgottenProjectModel, schema: forgottenProjectSchema },
  { name: conversationModel, schema: conversationSchema },
  { name: packModel, schema: packSchema },
  { name: segmentModel, schema: segmentSchema },
  { name: transcriptFileModel, schema: transcriptFileSchema },
  { name: problemLineModel, schema: problemLineSchema },
  { name: conversationTitleModel, schema: conversationTitleSchema },
];
