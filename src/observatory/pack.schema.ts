import { Schema } from 'mongoose';

/**
 * What some lines of one file say that follow each other, compressed together: a document of its own for each line cost the
 * database, and us, twice as much as all the rest of reading. Rows say in which pack a line is.
 */
export interface PackRecord {
  /** Made by `packIdOf`: of what file, and from which line on. */
  _id: string;
  /** Uncompressed; the rest describes the entries that have these texts. */
  textBytes: number;
  /** Written by `EntryPack`. */
  content: Uint8Array;
}

export const packModel = 'ObservatoryPack';

export const packSchema = new Schema<PackRecord>(
  {
    _id: { type: String, required: true },
    textBytes: { type: Number, required: true },
    content: { type: Buffer, required: true },
  },
  { collection: 'observatory_packs', versionKey: false },
);
