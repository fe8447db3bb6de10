import {
  choice,
  contentTypes,
  durationMs,
  flag,
  integer,
  linkBase,
  mongodbUri,
  origins,
  proxies,
  redisUri,
  routePrefix,
  text,
  webAddress,
} from './setting-parsers.js';

/**
 * Every environment variable, once: how it is read, its default, and what it means. `--help`, `.env.example` and the
 * documentation are made from this table. `default` holds in production, `devDefault` elsewhere when it is another.
 */
export const settingDefinitions = {
  NODE_ENV: choice(
    'development',
    'test',
    'production',
  )({
    default: 'development',
    desc: 'production turns on JSON logs and required secrets, and makes no default data',
  }),
  PORT: integer(0, 65_535)({ default: 3000, desc: 'TCP port; 0 takes a free one and prints it' }),
  HOST: text(
    /^\S+$/,
    'an address to listen on',
  )({
    default: '0.0.0.0',
    devDefault: '127.0.0.1',
    desc: 'address to listen on; outside production only this machine is served unless it is set',
  }),
  API_PREFIX: routePrefix({ default: '/api/v1', desc: 'stands before every REST route' }),
  PUBLIC_URL: linkBase({
    default: undefined,
    desc: 'what links begin with that are given out, such as invitations; unset: the address that the request came to',
    example: 'https://chat.example.org',
  }),
  TRUST_PROXY: proxies({
    default: [],
    desc: 'proxies whose X-Forwarded-* headers count: a number of hops, or addresses and networks, comma-separated. Nobody by default: whoever can set the header could choose his own address',
    example: '10.0.0.0/8',
  }),
  CORS_ORIGINS: origins({
    default: ['http://localhost:3000', 'http://localhost:5173'],
    desc: 'origins of web pages, besides those of this server, that may call REST and open sockets, comma-separated; requests without Origin pass',
  }),
  DATA_DIR: text(
    /./,
    'a folder',
  )({
    default: './data',
    desc: 'folder for the embedded database, the development secret and locks',
  }),
  MONGODB_URI: mongodbUri({
    default: undefined,
    desc: 'an outside MongoDB (MONGODB_URL is read as well); unset: the embedded one in DATA_DIR, for one node',
    example: 'mongodb://db1,db2,db3/?replicaSet=rs0',
  }),
  DATABASE_NAME: text(
    /^[A-Za-z0-9_-]{1,38}$/,
    '1 to 38 letters, digits, _ or -',
  )({
    default: 'confab',
    desc: 'database within that MongoDB',
  }),
  MONGODB_POOL_SIZE: integer(
    1,
    1000,
  )({
    default: 50,
    desc: 'most connections to the database; more than the database has cores rarely helps',
  }),
  MONGODB_TIMEOUT_MS: integer(
    100,
    600_000,
  )({
    default: 5000,
    desc: 'milliseconds to wait for a usable database server before an operation fails',
  }),
  MONGODB_AUTO_INDEX: flag({
    default: true,
    desc: 'create missing indexes at start; false where an administrator creates them',
  }),
  REDIS_URL: redisUri({
    default: undefined,
    desc: 'a Redis that carries live events between the nodes of one installation; unset: there is one node',
    example: 'redis://redis:6379',
  }),
  JWT_SECRET: text(
    /^.{32,}$/s,
    'at least 32 bytes long (make one with: openssl rand -base64 48)',
  )({
    default: undefined,
    requiredWhen: (settings) => settings['NODE_ENV'] === 'production',
    desc: 'signs and checks tokens, at least 32 bytes; required in production (openssl rand -base64 48), made once and kept in DATA_DIR elsewhere',
  }),
  JWT_ISSUER: text(/^\S+$/, 'one word')({ default: 'confab', desc: 'the iss claim that tokens get and must have' }),
  JWT_AUDIENCE: text(/^\S+$/, 'one word')({ default: 'confab', desc: 'the aud claim that tokens get and must have' }),
  AUTH_EXTERNAL: flag({
    default: false,
    desc: 'take access tokens of another issuer beside our own; the first one of a subject makes its account',
  }),
  JWT_EXTERNAL_ISSUER: text(
    /^\S+$/,
    'one word',
  )({
    default: undefined,
    desc: 'the iss claim by which tokens of the other issuer are told; required with AUTH_EXTERNAL, and another than JWT_ISSUER',
    example: 'https://login.example.org',
  }),
  JWT_EXTERNAL_AUDIENCE: text(
    /^\S+$/,
    'one word',
  )({ default: undefined, desc: 'the aud claim that those tokens must have; unset: JWT_AUDIENCE' }),
  JWKS_URI: webAddress({
    default: undefined,
    desc: 'where the other issuer publishes its keys (RS256, ES256, EdDSA); unset: its tokens are signed with JWT_SECRET (HS256), and whoever knows that can sign ours too',
    example: 'https://login.example.org/.well-known/jwks.json',
  }),
  ACCESS_TOKEN_TTL: durationMs({
    default: 1_800_000,
    desc: 'how long an access token is good; a revoked session is refused at once whatever this says',
  }),
  REFRESH_TOKEN_TTL: durationMs({ default: 604_800_000, desc: 'how long a session lives without a refresh' }),
  BCRYPT_ROUNDS: integer(
    4,
    20,
  )({
    default: 12,
    desc: 'cost of a password hash: each step doubles the time of a login and of a guess; at least 10 in production',
  }),
  ADMIN_EMAIL: text(
    /^\S+@\S+$/,
    'an e-mail address',
  )({
    default: undefined,
    desc: 'the account that registers with this address becomes admin',
  }),
  REGISTRATION: choice(
    'open',
    'invite',
    'closed',
  )({
    default: 'open',
    desc: 'who can register: everyone, whoever has the code of an invitation to a group, or nobody; users of another issuer are not asked',
  }),
  RATE_LIMIT_ENABLED: flag({ default: true, desc: 'false for load tests only' }),
  RATE_LIMIT_REQUESTS_PER_MINUTE: integer(1)({
    default: 600,
    desc: 'REST requests a user, or an address when not signed in',
  }),
  RATE_LIMIT_REQUESTS_PER_HOUR: integer(1)({
    default: 20_000,
    desc: 'REST requests a user, or an address when not signed in',
  }),
  RATE_LIMIT_AUTH_PER_MINUTE: integer(1)({ default: 10, desc: 'login, register and refresh, for each address' }),
  RATE_LIMIT_LOGIN_FAILURES: integer(1)({
    default: 10,
    desc: 'wrong passwords for one login name from one address in 15 minutes',
  }),
  RATE_LIMIT_MESSAGES_PER_MINUTE: integer(1)({
    default: 30,
    devDefault: 600,
    desc: 'messages a user, over REST and sockets together',
  }),
  RATE_LIMIT_UPLOADS_PER_MINUTE: integer(1)({
    default: 30,
    devDefault: 600,
    desc: 'files that a user sends',
  }),
  WS_MAX_CONNECTIONS: integer(1)({ default: 50_000, desc: 'sockets on this node' }),
  WS_MAX_CONNECTIONS_PER_USER: integer(1)({ default: 20, desc: 'sockets of one user' }),
  WS_PING_INTERVAL: integer(100)({ default: 25_000, desc: 'milliseconds between heartbeats of a socket' }),
  WS_PONG_TIMEOUT: integer(100)({
    default: 20_000,
    desc: 'milliseconds that an answer to a heartbeat may take before the socket is cut',
  }),
  MAX_UPLOAD_BYTES: integer(
    1,
    5_368_709_120,
  )({
    default: 26_214_400,
    desc: 'bytes of the largest file that is taken as an attachment; a reverse proxy must let as many through',
  }),
  UPLOAD_QUOTA_BYTES: integer(1)({
    default: 1_073_741_824,
    desc: 'bytes of attachments that one user may keep on the server, all groups together',
  }),
  ATTACHMENT_TYPES: contentTypes({
    default: [
      'image/jpeg',
      'image/png',
      'image/gif',
      'image/webp',
      'image/avif',
      'audio/*',
      'video/*',
      'text/plain',
      'application/pdf',
      'application/rtf',
      'application/x-cfb',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      'application/vnd.oasis.opendocument.text',
      'application/vnd.oasis.opendocument.spreadsheet',
      'application/vnd.oasis.opendocument.presentation',
      'application/epub+zip',
      'application/zip',
      'application/gzip',
      'application/x-tar',
      'application/x-7z-compressed',
      'application/x-bzip2',
      'application/x-xz',
      'application/zstd',
      'application/x-rar-compressed',
    ],
    desc: 'types of files that are taken as attachments, comma-separated, audio/* for all of a kind; told by the bytes of a file, not by its name. image/svg+xml and text/html are never meant by a *, and only ever offered as downloads. Place and camera are removed from the first five pictures only',
  }),
  ATTACHMENT_STORAGE: choice(
    'gridfs',
    's3',
  )({
    default: 'gridfs',
    desc: 'where the bytes of attachments lie: gridfs is the database itself, s3 a bucket of an S3-compatible store. A later change moves nothing',
  }),
  S3_ENDPOINT: webAddress({
    default: undefined,
    desc: 'address of the S3-compatible store; unset: the one of AWS in S3_REGION',
    example: 'https://s3.example.org',
  }),
  S3_REGION: text(/^[a-z0-9-]+$/, 'the name of a region')({ default: 'us-east-1', desc: 'region of the bucket' }),
  S3_BUCKET: text(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'the name of a bucket: 3 to 63 lowercase letters, digits, dots and hyphens',
  )({
    default: undefined,
    desc: 'bucket of the attachments, which must be there; required with ATTACHMENT_STORAGE=s3. It should be private, and Confab alone in it',
    example: 'confab-attachments',
  }),
  S3_ACCESS_KEY_ID: text(
    /^\S+$/,
    'one word',
  )({
    default: undefined,
    desc: 'who this server is to the store; unset: what the AWS SDK finds by itself, such as the role of the machine',
  }),
  S3_SECRET_ACCESS_KEY: text(/^\S+$/, 'one word')({ default: undefined, desc: 'the secret of that access key' }),
  S3_PATH_STYLE: flag({
    default: false,
    desc: 'true where the bucket stands in the path and not in the host name, as with MinIO and most stores of one machine',
  }),
  S3_TIMEOUT_MS: integer(
    100,
    600_000,
  )({
    default: 15_000,
    desc: 'milliseconds that the store may take to answer a request (with up to 5 MiB in it), or be silent within an answer; a request that fails is tried three times',
  }),
  LOG_LEVEL: choice(
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  )({ default: 'info', desc: 'least important log line that is written' }),
  LOG_FORMAT: choice(
    'json',
    'pretty',
  )({
    default: 'json',
    devDefault: 'pretty',
    desc: 'json for programs, pretty for people',
  }),
  LOG_DB_QUERIES: flag({ default: false, desc: 'log each database command at debug level, without its values' }),
  SLOW_REQUEST_MS: integer(1)({ default: 1000, desc: 'milliseconds from which a request is logged as slow_request' }),
  VERY_SLOW_REQUEST_MS: integer(1)({
    default: 5000,
    desc: 'milliseconds from which a request is logged as very_slow_request',
  }),
  DASHBOARD_ACCESS: choice(
    'open',
    'token',
    'admin',
  )({
    default: 'admin',
    devDefault: 'open',
    desc: 'who sees /dashboard and /metrics: everyone, whoever has DASHBOARD_TOKEN, or admins who log in',
  }),
  DASHBOARD_TOKEN: text(
    /^[A-Za-z0-9._~-]{24,256}$/,
    '24 to 256 letters, digits, or any of . _ ~ - (make one with: openssl rand -hex 32)',
  )({
    default: undefined,
    desc: 'secret for the dashboard, opened once as /dashboard?token=…, and for /metrics as a Bearer token; required with DASHBOARD_ACCESS=token, and with admin it lets Prometheus in',
  }),
  METRICS_PORT: integer(
    0,
    65_535,
  )({
    default: undefined,
    desc: 'a TCP port of their own for /metrics and /dashboard, which PORT then does not serve; 0 takes a free one; unset: they are on PORT',
  }),
  MONITORING_ENABLED: flag({
    default: true,
    desc: 'collect what the dashboard and /metrics show; false for measuring what that costs',
  }),
  TRANSCRIPTS_PATH: text(
    /./,
    'a folder',
  )({
    default: undefined,
    desc: 'folder of Claude Code transcripts that the observatory watches, for every signed-in user to read; unset: ~/.claude/projects when it is there ($CLAUDE_CONFIG_DIR/projects with that variable); off: none',
    example: '/srv/transcripts',
  }),
  DEFAULT_DATA: flag({
    default: false,
    devDefault: true,
    desc: 'make WelcomeBot, TestUser (password pass1234) and the channel Welcome; refused in production',
  }),
  DRAIN_DELAY_MS: integer(
    0,
    60_000,
  )({
    default: 0,
    desc: 'milliseconds between being told to stop and taking no more connections, in which the server says that it is not ready: as long as the balancer in front takes to see it; part of SHUTDOWN_TIMEOUT_MS',
  }),
  SHUTDOWN_TIMEOUT_MS: integer(100)({
    default: 10_000,
    desc: 'milliseconds that a stop may take before the process ends all the same',
  }),
};

export type SettingName = keyof typeof settingDefinitions;
