/** A page of the documentation: a Markdown file of this repository, and where it is served. */
export interface Guide {
  /** Its address behind {@link guideAddress}; empty for the page that lists them all. */
  readonly path: string;
  /** The file, from the root of the repository. */
  readonly file: string;
  readonly title: string;
  /** What a reader finds in it, in one sentence without a full stop. */
  readonly summary: string;
}

/** A heading of the navigation, and what stands below it. */
export interface GuideSection {
  readonly title: string;
  readonly guides: readonly Guide[];
}

/** Where the guides are served. */
export const guideAddress = '/docs/guide';

/** What Confab is, in one sentence: for the list of all pages. */
export const confabSummary =
  'A self-hosted, real-time chat server: groups, channels and direct conversations over REST, Socket.IO and plain WebSocket, on MongoDB.';

/** Every guide, in the order in which they are shown. A file of docs/ that is not listed here is not served. */
export const guideSections: readonly GuideSection[] = [
  {
    title: 'Start',
    guides: [
      { path: '', file: 'docs/README.md', title: 'All documentation', summary: 'What is described where' },
      {
        path: 'readme',
        file: 'README.md',
        title: 'Read me',
        summary: 'Start a server, send the first message, and what is promised',
      },
      {
        path: 'client',
        file: 'client/README.md',
        title: 'The TypeScript client',
        summary: '@confab/client for browsers and Node: catches up, repeats, stays connected',
      },
    ],
  },
  {
    title: 'Use',
    guides: [
      {
        path: 'authentication',
        file: 'docs/authentication.md',
        title: 'Authentication',
        summary: 'Tokens, sessions, tokens of another issuer, registration and rates',
      },
      {
        path: 'attachments',
        file: 'docs/attachments.md',
        title: 'Attachments',
        summary: 'How files are judged, cleaned, stored and handed out',
      },
      {
        path: 'observatory',
        file: 'docs/observatory.md',
        title: 'Observatory',
        summary: 'What is read of transcripts of Claude Code, and how it stays exact',
      },
    ],
  },
  {
    title: 'Run',
    guides: [
      {
        path: 'configuration',
        file: 'docs/configuration.md',
        title: 'Configuration',
        summary: 'Every setting with its default and its meaning',
      },
      {
        path: 'deployment',
        file: 'docs/deployment.md',
        title: 'Deployment',
        summary: 'One node or many, what they tell each other, and what fails how',
      },
      {
        path: 'operations',
        file: 'docs/operations.md',
        title: 'Operations',
        summary: 'Dashboard, metrics, health and logs: finding what is wrong',
      },
      {
        path: 'performance',
        file: 'docs/performance.md',
        title: 'Performance',
        summary: 'What was measured, how to measure it again, and what the limits are',
      },
      {
        path: 'security',
        file: 'docs/security.md',
        title: 'Security',
        summary: 'Who the attackers are, what is promised against them and what is not, and how to report',
      },
    ],
  },
  {
    title: 'Move to Confab',
    guides: [
      {
        path: 'moving',
        file: 'docs/moving/README.md',
        title: 'Moving',
        summary: 'Which page is for which system, and what is the same for all of them',
      },
      {
        path: 'moving/from-group-chat-api',
        file: 'docs/moving/from-group-chat-api.md',
        title: 'From a group chat API',
        summary: 'For services whose tokens another service issues',
      },
      {
        path: 'moving/from-chat-rooms',
        file: 'docs/moving/from-chat-rooms.md',
        title: 'From chat rooms',
        summary: 'For services with rooms, participants and attachments',
      },
      {
        path: 'moving/from-transcript-observatory',
        file: 'docs/moving/from-transcript-observatory.md',
        title: 'From a transcript observatory',
        summary: 'For backends that watch transcripts of Claude Code',
      },
      {
        path: 'moving/from-conversations-api',
        file: 'docs/moving/from-conversations-api.md',
        title: 'From a conversations API',
        summary: 'For services with read receipts, typing and refresh tokens',
      },
      {
        path: 'moving/from-channels-api',
        file: 'docs/moving/from-channels-api.md',
        title: 'From a channels API',
        summary: 'For services with public channels over WebSocket',
      },
    ],
  },
  {
    title: 'Build',
    guides: [
      {
        path: 'architecture',
        file: 'docs/architecture.md',
        title: 'Architecture',
        summary: 'The modules, the way of one message, and why it is so',
      },
      {
        path: 'contributing',
        file: 'docs/contributing.md',
        title: 'Contributing',
        summary: 'Set-up, tests, and where a new route, event, setting or page goes',
      },
      { path: 'changelog', file: 'CHANGELOG.md', title: 'Changelog', summary: 'What changed' },
    ],
  },
];

export const guides: readonly Guide[] = guideSections.flatMap((section) => section.guides);

/** What is described by the server itself, from its code. */
export const references = [
  { address: '/docs', title: 'REST API', summary: 'Swagger UI: every route, to be tried' },
  { address: '/docs/openapi.json', title: 'OpenAPI', summary: 'the same for programs' },
  { address: '/docs/events', title: 'Events', summary: 'every realtime event with its payload and an example' },
  { address: '/docs/asyncapi.json', title: 'AsyncAPI', summary: 'the same for programs' },
  { address: '/docs/problems', title: 'Problems', summary: 'every error code with its status' },
] as const;

/** Where a guide is served as a page. */
export function addressOf({ path }: Guide): string {
  return path === '' ? guideAddress : `${guideAddress}/${path}`;
}

/** Where a guide is served as Markdown. */
export function markdownAddressOf({ path }: Guide): string {
  return `${guideAddress}/${path === '' ? 'index' : path}.md`;
}
