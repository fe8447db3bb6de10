/**
 * Every fixed limit that a client can meet. Limits that an operator sets (rates, connections) stand in the settings;
 * `GET /limits` shows both. Lengths are counted in characters (Unicode code points) unless the name says bytes.
 */
export const limits = {
  username: { minLength: 3, maxLength: 32 },
  displayName: { minLength: 1, maxLength: 64 },
  email: { maxLength: 254 },
  inviteCode: { maxLength: 64 },
  /** Bytes of UTF-8: bcrypt ignores what follows byte 72. */
  password: { minBytes: 8, maxBytes: 72 },
  group: { nameMinLength: 1, nameMaxLength: 100, descriptionMaxLength: 500, maxMembersAtCreation: 100 },
  invite: {
    minLifetimeSeconds: 60,
    /** A week. */
    defaultLifetimeSeconds: 604_800,
    /** A year. */
    maxLifetimeSeconds: 31_536_000,
    maxUses: 100_000,
    /** Expired ones count as long as they are kept. */
    maxPerGroup: 100,
    /** A month. */
    keptAfterExpiryMs: 2_592_000_000,
  },
  message: {
    minLength: 1,
    maxLength: 10_000,
    clientMessageIdMaxLength: 64,
    /** Different `@username` in one message. */
    maxMentions: 50,
    /** Former texts that are kept of an edited message. */
    maxKeptVersions: 50,
  },
  /** `@here` names at most so many; `@all` sends `mention` to each member up to `audience.maxMembers`. */
  mention: { maxHere: 200 },
  login: {
    /** Failures of one login name at one address are counted so long; their number is set by the operator. */
    failureWindowMs: 900_000,
    /** Failures of one login name, at all addresses, after which the next attempt has to wait: 1 s, 2 s, 4 s … */
    freeFailures: 20,
    maxDelayMs: 60_000,
    /** So long after the last of them. */
    forgottenAfterMs: 3_600_000,
  },
  page: { defaultSize: 50, maxSize: 100 },
  search: {
    maxLength: 200,
    /** A search has at least one word so long; shorter ones beside it find only themselves. Not for runs without spaces. */
    minWordLength: 3,
    maxWords: 10,
    /** Of what fits, so many of the newest are ranked together; behind them come as many older ones, ranked again. */
    maxRanked: 200,
    /** The same where few of those that have the rarest word have the others too; a page may have fewer items then. */
    maxLookedAt: 400,
    /** Different words of a message that it is found by; those that come later in a very long one are not. */
    maxTermsOfMessage: 2_000,
    snippetMaxLength: 240,
  },
  body: { maxBytes: 65_536, maxDepth: 16 },
  headers: { timeoutMs: 10_000 },
  /** A request has to be here by then, with its body; an upload must not pause for so long. */
  request: { timeoutMs: 30_000 },
  socket: {
    /** Largest frame that is taken from a client. */
    maxFrameBytes: 65_536,
    maxDepth: 16,
    /** A socket that has not authenticated by then is closed. */
    authenticationTimeoutMs: 5_000,
    /** Events of a socket other than `message`, in any second. */
    eventsPerSecond: 10,
    /** Events of a socket that wait or are being served. */
    maxPending: 1_000,
    /** Refused events in a row after which the socket is closed. */
    maxRefusedInARow: 10,
    /** What may wait for a reader that does not read; past it the socket is closed and catches up when it returns. */
    maxWaitingBytes: 1_048_576,
  },
  /** Different emoji on one message; the length is in characters, as flags and families are made of several. */
  reaction: { maxDifferent: 20, emojiMaxLength: 16, maxOnMessage: 5_000 },
  /** Pinned messages of a group. */
  pin: { maxPerGroup: 50 },
  statusText: { maxLength: 140 },
  /** Users whom one user blocks. */
  blocks: { maxBlocks: 1_000 },
  /** `sync` and `changes`: changes of a group, groups in one call, and bytes after which the rest waits for the next. */
  sync: { defaultLimit: 100, maxLimit: 500, maxGroups: 500, maxBytes: 262_144 },
  /** Messages that are sent on connect: of a group, and bytes in all; the rest is for `sync`. */
  offline: { maxMessagesPerGroup: 50, maxBytes: 262_144 },
  history: { maxMessages: 100 },
  /** `token_expiring` comes so long before the end. An access token that is longer, in bytes, is refused unread. */
  token: { expiringNoticeMs: 60_000, maxLength: 8_192 },
  typing: { expiresAfterMs: 5_000 },
  /**
   * Above this many members, `user_joined`, `user_left`, `presence` and `typing` are not sent, and `member_added`,
   * `member_removed`, `member_updated`, `read` and `delivered` go to the member's own connections only.
   */
  audience: { maxMembers: 200 },
  unread: { maxCount: 999 },
  /** The same refresh token again within this time gets the same successor. */
  refresh: { graceMs: 10_000 },
  attachments: {
    /** The first bytes of a file, by which its type and the size of a picture are told. */
    sampleBytes: 131_072,
    /** Width times height of a picture, with all its frames when it moves; a larger one is refused unopened. */
    maxPixels: 50_000_000,
    /** Of a picture that moves, however small they are. */
    maxFrames: 5_000,
    /** Pixels of the longer side of a thumbnail. */
    thumbnailMaxEdge: 320,
    maxPerMessage: 10,
    fileNameMaxLength: 255,
    avatarMaxBytes: 5_242_880,
    /** Fields of an upload, beside its one file. */
    maxFields: 4,
    /** Uploads of one user at once, on one node. */
    maxConcurrentUploads: 5,
    /** Even when it never pauses. */
    uploadTimeoutMs: 600_000,
    /** Parts of a file in one answer. */
    maxRanges: 10,
    /** A file that no message takes is removed after a day. */
    unclaimedLifetimeMs: 86_400_000,
    /** A reader that takes nothing for so long is cut off. */
    stalledDownloadMs: 30_000,
  },
  observatory: {
    /** Bytes of a line of a transcript; a longer one is counted as a problem, and not shown. */
    maxLineBytes: 16_777_216,
    /** Of one block (a text, a tool's input or result) so much is kept, and of all blocks of an entry together. */
    maxBlockLength: 65_536,
    maxEntryLength: 262_144,
    maxBlocks: 500,
    /** Problems of a file that are listed; all are counted. */
    maxListedProblems: 1_000,
    /** A conversation is active so long after its last line. */
    activeWithinMs: 300_000,
    titleMaxLength: 200,
    previewMaxLength: 200,
    /** Entries that one `entries.added` shows; it counts all. */
    maxPreviews: 20,
    project: {
      nameMinLength: 1,
      nameMaxLength: 100,
      pathMaxLength: 1_000,
      descriptionMaxLength: 500,
      maxSettings: 50,
      settingNameMaxLength: 64,
      settingValueMaxLength: 500,
    },
    /** Pages of a numbered list; behind the last of them there is the cursor. */
    maxPage: 1_000,
    searchMaxLength: 100,
  },
  log: {
    /** Sends that wait for the database: above these a send is answered `unavailable`. */
    maxWaiting: 5_000,
    maxWaitingPerGroup: 1_000,
    /** How long a send waits through an outage of the database. */
    maxWaitMs: 10_000,
  },
} as const;
