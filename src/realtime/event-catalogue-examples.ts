import type { ProblemDocument } from '../../contract/problems.js';
import type { AttachmentView } from '../../contract/attachment-views.js';
import type { GroupView, MarkerView, MessageView } from '../../contract/views.js';

/** Whom and what the examples of the event catalogue are about: the same people in the same group throughout. */
export const ids = {
  ada: '0197b6a0-1111-7000-8000-0000000000a1',
  bob: '0197b6a0-2222-7000-8000-0000000000b2',
  group: '0197b6a1-3333-7000-8000-0000000000c3',
  leftGroup: '0197b6a1-4444-7000-8000-0000000000d4',
  message: '0197b6a2-5555-7000-8000-0000000000e5',
  attachment: '0197b6a2-8888-7000-8000-000000000028',
  conversation: '5f0d1c2e-9999-5000-8000-0000000000a9',
  epoch: '3f9d2b1c-6666-4000-8000-0000000000f6',
  correlation: '5b0c7c1e-7777-4000-8000-000000000017',
} as const;

export const times = {
  groupCreated: '2026-11-20T08:00:00.000Z',
  sent: '2026-11-20T09:30:00.000Z',
  changed: '2026-11-20T09:31:00.000Z',
  expires: '2026-11-20T10:00:00.000Z',
} as const;

export const attachment: AttachmentView = {
  id: ids.attachment,
  groupId: ids.group,
  messageId: null,
  uploaderId: ids.ada,
  fileName: 'engine.png',
  contentType: 'image/png',
  size: 48_213,
  sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  width: 1024,
  height: 768,
  url: `/api/v1/attachments/${ids.attachment}/content`,
  thumbnailUrl: `/api/v1/attachments/${ids.attachment}/thumbnail`,
  createdAt: times.sent,
};

/** As everyone alike receives it. */
export const message: MessageView = {
  id: ids.message,
  groupId: ids.group,
  seq: 42,
  rev: 57,
  senderId: ids.ada,
  sender: { id: ids.ada, username: 'ada', displayName: 'Ada Lovelace', avatarUrl: null },
  content: 'Good morning, @bob',
  clientMessageId: '5f2b7c1e-1',
  replyToId: null,
  threadCount: 0,
  mentions: [ids.bob],
  mentionsEveryone: false,
  attachments: [],
  reactions: [],
  isPinned: false,
  isEdited: false,
  editedAt: null,
  isDeleted: false,
  deletedAt: null,
  status: null,
  createdAt: times.sent,
  updatedAt: times.sent,
};

export const editedMessage: MessageView = {
  ...message,
  rev: 58,
  threadCount: 1,
  content: 'Good evening, @bob',
  isEdited: true,
  editedAt: times.changed,
  updatedAt: times.changed,
};

export const deletedMessage: MessageView = {
  ...message,
  rev: 59,
  threadCount: 1,
  content: null,
  mentions: [],
  mentionsEveryone: false,
  isPinned: false,
  isDeleted: true,
  deletedAt: times.changed,
  updatedAt: times.changed,
};

export const group: GroupView = {
  id: ids.group,
  kind: 'group',
  name: 'Engines',
  description: 'About engines',
  memberCount: 2,
  epoch: ids.epoch,
  createdAt: times.groupCreated,
  updatedAt: times.groupCreated,
};

export const marker: MarkerView = { groupId: ids.group, userId: ids.bob, seq: 42, at: times.changed };

export const notAMember: ProblemDocument = {
  type: '/docs/problems#not_a_member',
  title: 'Not a member of this group',
  status: 403,
  detail: 'You are not a member of this group.',
  instance: 'message',
  code: 'not_a_member',
  correlationId: ids.correlation,
};

export const refusedHandshake: ProblemDocument = {
  type: '/docs/problems#token_expired',
  title: 'The token has expired',
  status: 401,
  detail: 'The token has expired.',
  instance: '/socket.io',
  code: 'token_expired',
  correlationId: ids.correlation,
};
