import { Schema } from 'mongoose';
import type { mongo, Types } from 'mongoose';

/** A piece of a file (GridFS specification): all of them have the file's `chunkSize`, but for the last. */
export interface GridfsChunkRecord {
  _id: Types.ObjectId;
  files_id: Types.ObjectId;
  n: number;
  data: mongo.Binary;
}

export const gridfsChunkModel = 'AttachmentChunk';

export const gridfsChunkSchema = new Schema<GridfsChunkRecord>(
  {
    files_id: { type: Schema.Types.ObjectId, required: true },
    n: { type: Number, required: true },
    data: { type: Buffer, required: true },
  },
  { collection: 'attachment_files.chunks', versionKey: false },
);

// A chunk of a file by its number; all of a file, to remove them; which files have chunks at all.
gridfsChunkSchema.index({ files_id: 1, n: 1 }, { unique: true });
