import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { loadSettings } from './load-settings.js';
import { settingDefinitions } from './setting-definitions.js';
import { InvalidSettings, readSettings } from './settings.js';
import { settingsHelp } from './settings-help.js';

const secret = 'x'.repeat(32);
const production = { NODE_ENV: 'production', JWT_SECRET: secret };

type Environment = Record<string, string | undefined>;

function faultsOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettings) return error.faults;
    throw error;
  }
}

describe('readSettings', () => {
  it('needs nothing in development', () => {
    expect(readSettings({})).toMatchObject({
      NODE_ENV: 'development',
      isProduction: false,
      PORT: 3000,
      HOST: '127.0.0.1',
      API_PREFIX: '/api/v1',
      MONGODB_URI: undefined,
      JWT_SECRET: undefined,
      ACCESS_TOKEN_TTL: 30 * 60 * 1000,
      REFRESH_TOKEN_TTL: 7 * 24 * 60 * 60 * 1000,
      LOG_FORMAT: 'pretty',
      DEFAULT_DATA: true,
      RATE_LIMIT_MESSAGES_PER_MINUTE: 600,
    });
  });

  it('is stricter and quieter in production', () => {
    expect(readSettings(production)).toMatchObject({
      isProduction: true,
      HOST: '0.0.0.0',
      LOG_FORMAT: 'json',
      DEFAULT_DATA: false,
      RATE_LIMIT_MESSAGES_PER_MINUTE: 30,
      BCRYPT_ROUNDS: 12,
    });
  });

  it.each(['development', 'test', 'production'])('holds for all of %s what no rule makes different', (NODE_ENV) => {
    const { PORT, TRUST_PROXY, CORS_ORIGINS, DATABASE_NAME, RATE_LIMIT_ENABLED } = readSettings({
      ...production,
      NODE_ENV,
    });
    expect({ PORT, TRUST_PROXY, CORS_ORIGINS, DATABASE_NAME, RATE_LIMIT_ENABLED }).toEqual({
      PORT: 3000,
      TRUST_PROXY: [],
      CORS_ORIGINS: ['http://localhost:3000', 'http://localhost:5173'],
      DATABASE_NAME: 'confab',
      RATE_LIMIT_ENABLED: true,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(Object.keys(settingDefinitions).map((name) => [name, '']));
    expect(readSettings(empty)).toEqual(readSettings({}));
  });

  it.each<[Environment, string | undefined]>([
    [{ MONGODB_URL: 'mongodb://old' }, 'mongodb://old'],
    [{ MONGODB_URI: 'mongodb://new' }, 'mongodb://new'],
    [{ MONGODB_URI: 'mongodb://new', MONGODB_URL: 'mongodb://old' }, 'mongodb://new'],
    [{ MONGODB_URI: '', MONGODB_URL: 'mongodb://old' }, 'mongodb://old'],
    [{ MONGODB_URI: '', MONGODB_URL: '' }, undefined],
  ])('reads the database of %j as %j', (environment, expected) => {
    expect(readSettings(environment).MONGODB_URI).toBe(expected);
  });

  it('reports every fault at once, one line each, by the name of its variable', () => {
    const faults = faultsOf({
      NODE_ENV: 'staging',
      PORT: '70000',
      MONGODB_URI: 'postgres://db',
      ACCESS_TOKEN_TTL: '30',
      CORS_ORIGINS: '*',
      RATE_LIMIT_ENABLED: 'no',
      LOG_LEVEL: 'loud',
    });
    expect(faults.map((fault) => fault.split(':', 1)[0]).sort()).toEqual(
      ['ACCESS_TOKEN_TTL', 'CORS_ORIGINS', 'LOG_LEVEL', 'MONGODB_URI', 'NODE_ENV', 'PORT', 'RATE_LIMIT_ENABLED'].sort(),
    );
    expect(faults.join('')).not.toContain('\n');
  });

  it('reports rules of production beside the faults of single variables', () => {
    expect(faultsOf({ ...production, PORT: '-1', BCRYPT_ROUNDS: '4', DEFAULT_DATA: 'true' })).toEqual([
      'PORT: must be a whole number from 0 to 65535, not "-1"',
      'BCRYPT_ROUNDS: must be at least 10 in production',
      'DEFAULT_DATA: is for development only; its password is public',
    ]);
  });

  it.each<[string, Environment, unknown[]]>([
    ['no secret', { NODE_ENV: 'production' }, [expect.stringMatching(/^JWT_SECRET: is required\./)]],
    ['an empty secret', { ...production, JWT_SECRET: '' }, [expect.stringMatching(/^JWT_SECRET: is required\./)]],
    [
      'a short secret',
      { ...production, JWT_SECRET: 'x'.repeat(31) },
      ['JWT_SECRET: must be at least 32 bytes long (make one with: openssl rand -base64 48)'],
    ],
    ['cheap hashes', { ...production, BCRYPT_ROUNDS: '9' }, ['BCRYPT_ROUNDS: must be at least 10 in production']],
    ['hashes that are just dear enough', { ...production, BCRYPT_ROUNDS: '10' }, []],
  ])('answers %s in production', (_what, environment, expected) => {
    expect(faultsOf(environment)).toEqual(expected);
  });

  it('lets tests have cheap hashes', () => {
    expect(readSettings({ NODE_ENV: 'test', BCRYPT_ROUNDS: '4' }).BCRYPT_ROUNDS).toBe(4);
  });

  it('asks by what the tokens of another issuer are told, when they are to be taken', () => {
    const external = { AUTH_EXTERNAL: 'true', JWT_ISSUER: 'us' };
    expect(faultsOf(external)).toEqual(['JWT_EXTERNAL_ISSUER: is required with AUTH_EXTERNAL=true']);
    expect(faultsOf({ ...external, JWT_EXTERNAL_ISSUER: 'us' })).toEqual([
      'JWT_EXTERNAL_ISSUER: must be another than JWT_ISSUER, or nobody could tell whose a token is',
    ]);
    expect(faultsOf({ ...external, JWT_EXTERNAL_ISSUER: 'them' })).toEqual([]);
  });

  it('asks for the bucket when attachments are to lie in one', () => {
    expect(faultsOf({ ATTACHMENT_STORAGE: 's3' })).toEqual(['S3_BUCKET: is required with ATTACHMENT_STORAGE=s3']);
    expect(faultsOf({ ATTACHMENT_STORAGE: 's3', S3_BUCKET: 'confab' })).toEqual([]);
  });

  it.each(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])('takes no half of an access key: %s', (name) => {
    expect(faultsOf({ [name]: 'AKIA' })).toEqual(['S3_ACCESS_KEY_ID: goes with S3_SECRET_ACCESS_KEY, both or neither']);
  });

  it('lets nobody have less room than one file may take', () => {
    expect(faultsOf({ MAX_UPLOAD_BYTES: '1001', UPLOAD_QUOTA_BYTES: '1000' })).toEqual([
      'UPLOAD_QUOTA_BYTES: must be at least MAX_UPLOAD_BYTES, or the largest file could never be sent',
    ]);
    expect(faultsOf({ MAX_UPLOAD_BYTES: '1000', UPLOAD_QUOTA_BYTES: '1000' })).toEqual([]);
  });

  it.each(['MONGODB_URI', 'MONGODB_URL'])(
    'says what is wrong with %s, and not its value: it may hold a password',
    (name) => {
      expect(faultsOf({ [name]: 'http://root:secret@db' })).toEqual([
        'MONGODB_URI: must start with mongodb:// or mongodb+srv://',
      ]);
    },
  );

  it('never repeats a secret', () => {
    expect(faultsOf({ ...production, JWT_SECRET: 'my secret' }).join('\n')).not.toContain('my secret');
  });

  it('cannot be changed after it was read', () => {
    expect(Object.isFrozen(readSettings({}))).toBe(true);
  });

  it('knows nothing of variables that are not settings', () => {
    expect(readSettings({ HOME: '/root' })).toEqual(readSettings({}));
  });
});

describe('loadSettings', () => {
  it('makes a secret once where none was given, for its owner only', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'confab-settings-'));
    try {
      const [first, second] = [loadSettings({ DATA_DIR: dataDir }), loadSettings({ DATA_DIR: dataDir })];
      expect(Buffer.byteLength(first.JWT_SECRET)).toBeGreaterThanOrEqual(32);
      expect(second.JWT_SECRET).toBe(first.JWT_SECRET);
      expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });

  it('writes nothing when a secret was given', () => {
    const dataDir = join(tmpdir(), 'confab-settings-that-is-never-made');
    expect(loadSettings({ DATA_DIR: dataDir, JWT_SECRET: secret }).JWT_SECRET).toBe(secret);
    expect(() => statSync(dataDir)).toThrow('ENOENT');
  });

  it('names the data folder in full', () => {
    expect(loadSettings({ DATA_DIR: './data', JWT_SECRET: secret }).DATA_DIR).toBe(join(process.cwd(), 'data'));
  });
});

describe('settingsHelp', () => {
  it.each(Object.entries(settingDefinitions))('explains %s', (name, definition) => {
    const help = settingsHelp();
    expect(help).toContain(`  ${name}=`);
    expect(definition.desc).toMatch(/\S/);
    expect(help).toContain(definition.desc);
  });
});
