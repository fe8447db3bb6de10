/** A part of a form written by hand: its header lines and its content. */
export interface RawPart {
  headers: string[];
  content: string | Uint8Array;
}

export const boundary = 'the-boundary';
export const multipartType = `multipart/form-data; boundary=${boundary}`;

export const fieldPart = (name: string, content: string): RawPart => ({
  headers: [`Content-Disposition: form-data; name="${name}"`],
  content,
});

export const filePart = (
  content: string | Uint8Array,
  { name = 'file', fileName = 'a.txt', type = 'text/plain' } = {},
) => ({
  headers: [`Content-Disposition: form-data; name="${name}"; filename="${fileName}"`, `Content-Type: ${type}`],
  content,
});

/** A form as it goes over the wire. @param end what stands behind the last part, the closing boundary unless said otherwise */
export function multipart(parts: readonly RawPart[], end = `--${boundary}--\r\n`): Uint8Array<ArrayBuffer> {
  const pieces = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return new Uint8Array(Buffer.concat([...pieces, Buffer.from(end)]));
}
