/** What is to be known of a failure: the HTTP status of the store's answer, if there was one, and a line for people. */
export interface S3Failure {
  name: string;
  status: number | undefined;
  text: string;
}

/** Takes out of an error of the SDK what may be logged: the rest of it holds the request and its headers. */
export function explainS3Failure(error: unknown): S3Failure {
  if (!(error instanceof Error)) return { name: 'unknown', status: undefined, text: String(error) };
  const status = statusOf(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const what = [code, ...(error.message === '' || error.message === code ? [] : [error.message])].join(': ');
  return { name: error.name, status, text: status === undefined ? what : `${what}, status ${status}` };
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error)) return undefined;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode;
}
