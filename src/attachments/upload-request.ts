import type { Request } from 'express';

import { requireUuid, type GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { UploadQuery } from './dto/upload.query.js';
import { openUploadForm, type UploadForm } from './upload-form.js';
import type { IncomingFile, UploadTarget } from './uploads.service.js';

/** What the parts of a form need besides its file. */
const formBytes = 65_536;

/**
 * Hands the file of an upload on as it comes in. Where it goes is said before it, so that nobody's bytes are stored who
 * may not write there.
 *
 * @param take stores the file
 * @throws Problem what is wrong with the form, else what `take` throws
 */
export async function receiveUpload<Result>(
  request: Request,
  query: UploadQuery,
  take: (target: UploadTarget, file: IncomingFile) => Promise<Result>,
): Promise<Result> {
  const maxBytes = Number(request.headers['content-length'] ?? Number.MAX_SAFE_INTEGER);
  const form = await openUploadForm(request);
  try {
    const { fileName, declaredType, content, end } = form;
    return await take(targetOf(query, form.fields), { fileName, declaredType, content, end, maxBytes });
  } catch (error) {
    form.abandon();
    throw form.problem() ?? error;
  }
}

/** @throws Problem `payload_too_large` for a request that says itself that it cannot be taken */
export function refuseOversized(request: Request, maxBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length <= maxBytes + formBytes) return;
  throw new Problem('payload_too_large', `A file has at most ${maxBytes} bytes.`);
}

function targetOf(query: UploadQuery, fields: UploadForm['fields']): UploadTarget {
  const purpose = oneOf('purpose', query.purpose, fields.get('purpose')) ?? 'message';
  const groupId = oneOf('groupId', query.groupId, fields.get('groupId'));
  if (purpose === 'avatar') {
    if (groupId !== undefined) throw Problem.field('groupId', 'is not for an avatar: everyone sees it');
    return { purpose };
  }
  if (purpose !== 'message') throw Problem.field('purpose', 'must be message or avatar');
  if (groupId === undefined) throw Problem.field('groupId', 'must come before the file, or in the query');
  return { purpose, groupId: requireUuid(groupId, 'groupId') as GroupId };
}

function oneOf(name: string, inQuery: string | undefined, inForm: string | undefined): string | undefined {
  if (inQuery !== undefined && inForm !== undefined) throw Problem.field(name, 'must come once');
  return inQuery ?? inForm;
}
