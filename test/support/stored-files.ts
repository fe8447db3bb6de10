import type { Connection } from 'mongoose';

/** How many documents there are of files: records, and files and chunks of the storage. */
export async function storedFiles(connection: Connection): Promise<Record<string, number>> {
  const names = ['attachments', 'attachment_files.files', 'attachment_files.chunks'];
  const counts = names.map(async (name) => [name, await connection.collection(name).countDocuments()] as const);
  return Object.fromEntries(await Promise.all(counts));
}
