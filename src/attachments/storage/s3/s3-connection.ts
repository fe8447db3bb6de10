import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { CannotStartError } from '../../../common/cannot-start.error.js';
import type { Settings } from '../../../config/settings.js';
import { explainS3Failure } from './s3-failure.js';

/** A bucket that was there when the server started. */
export interface S3Connection {
  readonly client: S3Client;
  readonly bucket: string;
  /** How long the store may be silent within an answer. */
  readonly timeoutMs: number;
}

/** Every download holds a connection to the store for as long as its reader takes; the SDK's own limit is 50. */
const maxSockets = 1_000;

/**
 * Connects to the bucket that the settings name.
 *
 * @throws CannotStartError when it is not there, refuses this server, or the store does not answer
 */
export async function connectS3(settings: Settings): Promise<S3Connection> {
  const { S3_BUCKET: bucket, S3_TIMEOUT_MS: timeoutMs } = settings;
  if (bucket === undefined) throw new CannotStartError('S3_BUCKET is not set.');
  const client = openClient(settings);
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    client.destroy();
    throw new CannotStartError(explainBucketFailure(bucket, error), error);
  }
  return { client, bucket, timeoutMs };
}

function openClient(settings: Settings): S3Client {
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_PATH_STYLE, S3_TIMEOUT_MS } = settings;
  return new S3Client({
    region: S3_REGION,
    forcePathStyle: S3_PATH_STYLE,
    ...(S3_ENDPOINT !== undefined && { endpoint: S3_ENDPOINT }),
    ...(S3_ACCESS_KEY_ID !== undefined &&
      S3_SECRET_ACCESS_KEY !== undefined && {
        credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
      }),
    maxAttempts: 3,
    // The SDK's newer checksums are refused by stores other than Amazon's. The body of a request is signed all the same.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: S3_TIMEOUT_MS,
      requestTimeout: S3_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // It would cut downloads whose reader rests for a while; S3Storage watches over what the store is asked for.
      socketTimeout: 0,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  });
}

function explainBucketFailure(bucket: string, error: unknown): string {
  const { status, text } = explainS3Failure(error);
  if (status === 404) return `the bucket ${bucket} is not there. Make it, or check S3_BUCKET and S3_ENDPOINT.`;
  if (status === 401 || status === 403) {
    return `the store of attachments refuses access to the bucket ${bucket}. Check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.`;
  }
  if (status === 301 || status === 400) {
    return `the bucket ${bucket} cannot be opened (${text}). Check S3_REGION, S3_ENDPOINT and the access key.`;
  }
  return `the store of attachments does not answer (${text}). Check S3_ENDPOINT.`;
}
