import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface StoredObject {
  bytes: Buffer;
  storedAt: Date;
}

interface PendingUpload {
  key: string;
  startedAt: Date;
  parts: Map<number, Buffer>;
}

interface Answer {
  status: number;
  body?: Buffer | string;
  headers?: Record<string, string>;
}

const minPartBytes = 5 * 1024 * 1024;

/**
 * An S3 store of one bucket in memory, reached by path style (`/bucket/key`): the verbs that attachments need, as the
 * Amazon S3 API Reference has them, down to the least size of a part. (`s3rver` from npm knows neither
 * AbortMultipartUpload nor ListMultipartUploads, and needs releases of dicer and fast-xml-parser with known holes.)
 */
export class S3Server {
  static readonly bucket = 'attachments';
  static readonly accessKeyId = 'AKIATEST';
  static readonly secretAccessKey = 'not-so-secret';

  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, PendingUpload>();
  /** Method and path with query of every request. */
  readonly requests: string[] = [];
  /** How many rows a list shows at once: few, so that whoever reads it has to turn the page. */
  pageSize = 2;
  /** Stands before every answer, for a test to hold or to fail it. */
  beforeAnswer: (request: IncomingMessage) => Promise<Answer | undefined> = () => Promise.resolve(undefined);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<S3Server> {
    const server = createServer();
    const store = new S3Server(server);
    server.on('request', (request, response) => {
      store.serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Settings of a Confab that keeps its attachments here. */
  get settings(): Record<string, string> {
    return {
      ATTACHMENT_STORAGE: 's3',
      S3_ENDPOINT: this.url,
      S3_BUCKET: S3Server.bucket,
      S3_ACCESS_KEY_ID: S3Server.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3Server.secretAccessKey,
      S3_PATH_STYLE: 'true',
      S3_TIMEOUT_MS: '1000',
    };
  }

  beginUpload(key: string): string {
    const id = randomUUID();
    this.uploads.set(id, { key, startedAt: new Date(), parts: new Map() });
    return id;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    const body = await buffer(request);
    const { status, body: text = '', headers } = (await this.beforeAnswer(request)) ?? this.answer(request, body);
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(text), ...headers });
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  private answer(request: IncomingMessage, body: Buffer): Answer {
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const [, bucket, key = ''] = /^\/([^/]+)\/?(.*)$/.exec(pathname) ?? [];
    const refusal = refuse(request, body);
    if (refusal !== null) return refusal;
    if (bucket !== S3Server.bucket) return failure(404, 'NoSuchBucket');
    if (key === '') return this.answerOfBucket(request.method!, searchParams);
    const uploadId = searchParams.get('uploadId');
    if (uploadId !== null) return this.answerOfUpload(request.method!, uploadId, searchParams, body);
    switch (request.method) {
      case 'PUT':
        this.objects.set(key, { bytes: body, storedAt: new Date() });
        return { status: 200, headers: { ETag: etag(body) } };
      case 'GET':
        return this.get(key, request.headers.range);
      case 'DELETE':
        this.objects.delete(key);
        return { status: 204 };
      case 'POST':
        return xml('InitiateMultipartUploadResult', `<UploadId>${this.beginUpload(key)}</UploadId>`);
      default:
        return failure(405, 'MethodNotAllowed');
    }
  }

  private answerOfBucket(method: string, query: URLSearchParams): Answer {
    if (method === 'HEAD') return { status: 200 };
    if (query.has('uploads')) return this.listUploads(query);
    if (query.get('list-type') === '2') return this.listObjects(query);
    return failure(501, 'NotImplemented');
  }

  private answerOfUpload(method: string, id: string, query: URLSearchParams, body: Buffer): Answer {
    const upload = this.uploads.get(id);
    if (upload === undefined) return failure(404, 'NoSuchUpload');
    if (method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body);
      return { status: 200, headers: { ETag: etag(body) } };
    }
    this.uploads.delete(id);
    if (method === 'DELETE') return { status: 204 };
    const parts = [...upload.parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    if (parts.slice(0, -1).some((part) => part.length < minPartBytes)) return failure(400, 'EntityTooSmall');
    this.objects.set(upload.key, { bytes: Buffer.concat(parts), storedAt: new Date() });
    return xml('CompleteMultipartUploadResult', `<Key>${upload.key}</Key><ETag>"x"</ETag>`);
  }

  private get(key: string, range: string | undefined): Answer {
    const bytes = this.objects.get(key)?.bytes;
    if (bytes === undefined) return failure(404, 'NoSuchKey');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (first === undefined) return { status: 200, body: bytes };
    if (Number(first) >= bytes.length) return failure(416, 'InvalidRange');
    const part = bytes.subarray(Number(first), Number(last) + 1);
    const headers = { 'Content-Range': `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}` };
    return { status: 206, body: part, headers };
  }

  private listObjects(query: URLSearchParams): Answer {
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()].toSorted().filter((key) => key > after);
    const page = keys.slice(0, this.pageSize);
    const isTruncated = keys.length > page.length;
    const rows = page.map((key) => {
      const { bytes, storedAt } = this.objects.get(key)!;
      return `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><LastModified>${storedAt.toISOString()}</LastModified></Contents>`;
    });
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return xml('ListBucketResult', `<IsTruncated>${isTruncated}</IsTruncated>${next}${rows.join('')}`);
  }

  private listUploads(query: URLSearchParams): Answer {
    const marker = query.get('upload-id-marker') ?? '';
    const ids = [...this.uploads.keys()].toSorted().filter((id) => id > marker);
    const page = ids.slice(0, this.pageSize);
    const isTruncated = ids.length > page.length;
    const rows = page.map((id) => {
      const { key, startedAt } = this.uploads.get(id)!;
      return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${startedAt.toISOString()}</Initiated></Upload>`;
    });
    const next = isTruncated
      ? `<NextKeyMarker>x</NextKeyMarker><NextUploadIdMarker>${page.at(-1)}</NextUploadIdMarker>`
      : '';
    return xml('ListMultipartUploadsResult', `<IsTruncated>${isTruncated}</IsTruncated>${next}${rows.join('')}`);
  }
}

/** The key must be ours, and the body the one that was signed. */
function refuse(request: IncomingMessage, body: Buffer): Answer | null {
  const credential = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (credential !== S3Server.accessKeyId) return failure(403, 'InvalidAccessKeyId');
  const digest = request.headers['x-amz-content-sha256'];
  if (digest !== createHash('sha256').update(body).digest('hex')) return failure(400, 'XAmzContentSHA256Mismatch');
  return null;
}

function etag(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function xml(root: string, content: string, status = 200): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${content}</${root}>`;
  return { status, body, headers: { 'Content-Type': 'application/xml' } };
}

function failure(status: number, code: string): Answer {
  return xml('Error', `<Code>${code}</Code><Message>${code}</Message>`, status);
}
