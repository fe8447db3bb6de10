import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('a request that takes too long', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  /** Sends the beginning of a request and no more: what is answered, and how long it took until the connection ended. */
  function begin(text: string): Promise<{ answer: string; tookMs: number }> {
    const startedAt = performance.now();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.write(text);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => {
        resolve({ answer, tookMs: performance.now() - startedAt });
      });
    });
  }

  it('has the time that the limits say', () => {
    const { headersTimeout, requestTimeout } = app.app.getHttpServer();
    expect({ headersTimeout, requestTimeout }).toEqual({
      headersTimeout: limits.headers.timeoutMs,
      requestTimeout: limits.attachments.uploadTimeoutMs,
    });
  });

  it.each([
    ['its headers', 'GET /health HTTP/1.1\r\nHost: confab\r\nX-Slow'],
    [
      'its body',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: confab\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
  ])('is cut within a second or so of its time: %s', async (_what, beginning) => {
    // A shorter time than ten seconds to wait for; what is tested is that somebody looks often enough.
    Object.assign(app.app.getHttpServer(), { headersTimeout: 500, requestTimeout: 500 });
    const { answer, tookMs } = await begin(beginning);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(tookMs).toBeGreaterThanOrEqual(500);
    // Node by itself would look after 30 s.
    expect(tookMs).toBeLessThan(10_000);
  });
});
