import type { AttachmentView } from '../../contract/attachment-views.js';
import type { ApiAnswer } from './api-client.js';
import { expectStatus, type Person } from './people.js';

/** A file to be sent. */
export interface TestFile {
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export function aText(text = 'Good morning'): TestFile {
  return { name: 'note.txt', type: 'text/plain', bytes: new TextEncoder().encode(text) };
}

/** One pixel. */
export function aPicture(): TestFile {
  const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
  return { name: 'dot.png', type: 'image/png', bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
}

/** Bytes that are no picture, text or sound: a ZIP archive, as far as its beginning tells. */
export function anArchive(size: number): TestFile {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) % 256;
  bytes.set([0x50, 0x4b, 0x03, 0x04]);
  return { name: 'archive.zip', type: 'application/zip', bytes };
}

export function formOf(fields: Readonly<Record<string, string>>, { name, type, bytes }: TestFile): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new File([bytes], name, { type }));
  return form;
}

export function sendForm(by: Person, form: FormData, query = ''): Promise<ApiAnswer<AttachmentView>> {
  return by.api.request<AttachmentView>('POST', `/attachments${query}`, form);
}

/** An upload that is taken. */
export async function upload(by: Person, groupId: string, file: TestFile = aText()): Promise<AttachmentView> {
  return expectStatus(await sendForm(by, formOf({ groupId }, file)), 201);
}

export interface Download {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

/** What is at an address of an attachment. @param path as a view has it */
export async function download(by: Person, path: string, headers: Record<string, string> = {}): Promise<Download> {
  const response = await fetch(`${by.app.url}${path}`, {
    headers: { authorization: `Bearer ${by.tokens.accessToken}`, ...headers },
  });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}
