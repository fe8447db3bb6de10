import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { loadSettings } from '../../src/config/load-settings.js';

const [compose, kubernetes, haproxy, documented] = [
  'deploy/compose.cluster.yml',
  'deploy/kubernetes/confab.yaml',
  'deploy/haproxy.cfg',
  'docs/configuration.md',
].map((file) => readFileSync(file, 'utf8')) as [string, string, string, string];
const settings = loadSettings({ NODE_ENV: 'test' });

/** What a setting is set to in a file, such as `DRAIN_DELAY_MS: '2500'`. */
const setting = (text: string, name: string) => Number(new RegExp(`${name}: '(\\d+)'`).exec(text)?.[1]);
/** The number behind some words, such as `fall 2`. */
const after = (text: string, words: string) => Number(new RegExp(`${words}[ '"]*(\\d+)`).exec(text)?.[1]);

describe('what is shipped for several nodes', () => {
  it('sets settings that there are', () => {
    const known = new Set(Array.from(documented.matchAll(/^\| `([A-Z0-9_]+)`/gm), ([, name]) => name));
    const node = /^x-node:.*?^x-mongo:/ms.exec(compose)?.[0] ?? '';
    const named = [node, /^kind: ConfigMap.*?^---/ms.exec(kubernetes)?.[0] ?? ''].flatMap((text) =>
      Array.from(text.matchAll(/^ +([A-Z][A-Z0-9_]+):/gm), ([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('lets a node end by itself, and drain until the balancer has seen it', () => {
    expect(after(compose, 'stop_grace_period:') * 1000).toBeGreaterThan(settings.SHUTDOWN_TIMEOUT_MS);
    expect(after(kubernetes, 'terminationGracePeriodSeconds:') * 1000).toBeGreaterThan(
      setting(kubernetes, 'SHUTDOWN_TIMEOUT_MS'),
    );
    const seenAfterMs = after(haproxy, 'inter') * after(haproxy, 'fall') * 1000;
    expect(setting(compose, 'DRAIN_DELAY_MS')).toBeGreaterThan(seenAfterMs);
    expect(settings.SHUTDOWN_TIMEOUT_MS).toBeGreaterThan(2 * setting(compose, 'DRAIN_DELAY_MS'));
    expect(setting(kubernetes, 'SHUTDOWN_TIMEOUT_MS')).toBeGreaterThan(2 * setting(kubernetes, 'DRAIN_DELAY_MS'));
  });

  it('cuts no connection between two heartbeats, and sends a node no more connections than it takes', () => {
    const silentMs = settings.WS_PING_INTERVAL + settings.WS_PONG_TIMEOUT;
    for (const words of ['timeout tunnel', 'timeout client', 'timeout server'])
      expect(after(haproxy, words) * 1000).toBeGreaterThan(silentMs);
    for (const words of ['proxy-read-timeout:', 'proxy-send-timeout:'])
      expect(after(kubernetes, words) * 1000).toBeGreaterThan(silentMs);
    expect(after(haproxy, 'shutdown-sessions maxconn')).toBeLessThanOrEqual(settings.WS_MAX_CONNECTIONS);
    expect(after(kubernetes, 'averageValue:')).toBeLessThan(settings.WS_MAX_CONNECTIONS);
  });

  it('lets the largest upload through', () => {
    expect(after(kubernetes, 'proxy-body-size:') * 1_000_000).toBeGreaterThan(settings.MAX_UPLOAD_BYTES);
  });
});
