import { cleanEnv } from 'envalid';

import { settingDefinitions, type SettingName } from './setting-definitions.js';

/** The whole configuration, checked: one plain object, made once at start. Durations are in milliseconds. */
export type Settings = Readonly<
  Omit<ReturnType<typeof clean>, 'JWT_SECRET'> & {
    JWT_SECRET: string;
    isProduction: boolean;
  }
>;

/** Settings before the secret of a development server has been read or made. */
export type SettingsWithoutSecret = Readonly<Omit<Settings, 'JWT_SECRET'> & { JWT_SECRET: string | undefined }>;

/** All faults of the environment at once, each as one line that names the variable. */
export class InvalidSettings extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'InvalidSettings';
  }
}

/**
 * Reads the environment. An empty variable counts as unset (compose files pass those on).
 *
 * @throws InvalidSettings with every fault, not only the first
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsWithoutSecret {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const faults: string[] = [];
  const read: Readonly<Record<string, string | undefined>> = {
    NODE_ENV: 'development',
    ...given,
    MONGODB_URI: given['MONGODB_URI'] ?? given['MONGODB_URL'],
  };
  const values = clean(read, (name, error) => {
    faults.push(`${name}: ${read[name] === undefined ? `is required. ${error.message}` : error.message}`);
  });
  faults.push(...contradictions(values));
  if (faults.length > 0) throw new InvalidSettings(faults);
  return Object.freeze({ ...values, isProduction: values.NODE_ENV === 'production' });
}

function clean(
  environment: Readonly<Record<string, string | undefined>>,
  onFault: (name: SettingName, error: Error) => void,
) {
  const values = cleanEnv(environment, settingDefinitions, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) onFault(name as SettingName, error);
    },
  });
  return { ...values };
}

/** Rules that hold between settings; a setting with a fault of its own is `undefined` here. */
function contradictions(values: ReturnType<typeof clean>): string[] {
  const faults: string[] = [];
  if (values.AUTH_EXTERNAL && values.JWT_EXTERNAL_ISSUER === undefined) {
    faults.push('JWT_EXTERNAL_ISSUER: is required with AUTH_EXTERNAL=true');
  }
  if (values.AUTH_EXTERNAL && values.JWT_EXTERNAL_ISSUER === values.JWT_ISSUER) {
    faults.push('JWT_EXTERNAL_ISSUER: must be another than JWT_ISSUER, or nobody could tell whose a token is');
  }
  if (values.ATTACHMENT_STORAGE === 's3' && values.S3_BUCKET === undefined) {
    faults.push('S3_BUCKET: is required with ATTACHMENT_STORAGE=s3');
  }
  if ((values.S3_ACCESS_KEY_ID === undefined) !== (values.S3_SECRET_ACCESS_KEY === undefined)) {
    faults.push('S3_ACCESS_KEY_ID: goes with S3_SECRET_ACCESS_KEY, both or neither');
  }
  if (values.UPLOAD_QUOTA_BYTES < values.MAX_UPLOAD_BYTES) {
    faults.push('UPLOAD_QUOTA_BYTES: must be at least MAX_UPLOAD_BYTES, or the largest file could never be sent');
  }
  if (values.DASHBOARD_ACCESS === 'token' && values.DASHBOARD_TOKEN === undefined) {
    faults.push('DASHBOARD_TOKEN: is required with DASHBOARD_ACCESS=token (make one with: openssl rand -hex 32)');
  }
  if (values.METRICS_PORT !== undefined && values.METRICS_PORT !== 0 && values.METRICS_PORT === values.PORT) {
    faults.push('METRICS_PORT: must be another port than PORT, or unset');
  }
  if (values.NODE_ENV !== 'production') return faults;
  if (values.BCRYPT_ROUNDS < 10) faults.push('BCRYPT_ROUNDS: must be at least 10 in production');
  if (values.DEFAULT_DATA) faults.push('DEFAULT_DATA: is for development only; its password is public');
  return faults;
}
