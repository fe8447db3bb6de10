import { Schema } from 'mongoose';
import type { Types } from 'mongoose';

/**
 * A whole file, as the GridFS specification has it, so that MongoDB's own tools (`mongofiles`) read it. It is written
 * after the last of its chunks: what is here can be read.
 */
export interface GridfsFileRecord {
  _id: Types.ObjectId;
  length: number;
  chunkSize: number;
  uploadDate: Date;
  /** The key. Of several files with the same, the latest counts. */
  filename: string;
}

export const gridfsFileModel = 'AttachmentFile';

export const gridfsFileSchema = new Schema<GridfsFileRecord>(
  {
    length: { type: Number, required: true },
    chunkSize: { type: Number, required: true },
    uploadDate: { type: Date, required: true },
    filename: { type: String, required: true },
  },
  { collection: 'attachment_files.files', versionKey: false },
);

// A file by its key; all of them in the order of the keys. (The index that the specification asks for.)
gridfsFileSchema.index({ filename: 1, uploadDate: 1 });
