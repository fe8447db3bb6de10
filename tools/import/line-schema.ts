import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

import { limits } from '../../contract/limits.js';
import {
  exportVersion,
  type ExportEnd,
  type ExportHead,
  type MemberLine,
  type MessageLine,
  type PersonLine,
} from '../support/export-lines.js';
import { maxLineBytes } from '../support/json-lines.js';

// What a line must be, to be taken: a file may come from anywhere.

const id = { type: 'string', format: 'uuid' };
// The format takes a blank before the time of day.
const time = { type: 'string', format: 'date-time', pattern: 'T\\d\\d:', isTime: true };
const timeOrNull = { ...time, nullable: true };
const count = { type: 'integer', minimum: 0 };
const text = (maxLength: number, minLength = 0) => ({ type: 'string', minLength, maxLength });
const object = (properties: object, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const listOf = (items: object, maxItems?: number) => ({
  type: 'array',
  items,
  ...(maxItems !== undefined && { maxItems }),
});

const person = object({
  id,
  username: { type: 'string', pattern: '^[A-Za-z0-9_.-]{3,32}$' },
  displayName: text(limits.displayName.maxLength, 1),
  isBot: { type: 'boolean' },
  createdAt: time,
});

const file = object({
  id,
  fileName: text(limits.attachments.fileNameMaxLength, 1),
  contentType: text(255, 1),
  size: count,
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  width: { type: 'integer', minimum: 1, nullable: true },
  height: { type: 'integer', minimum: 1, nullable: true },
  createdAt: time,
  // Beside the file, and nowhere else.
  path: { type: 'string', pattern: '^[^/\\\\]+\\.files/[0-9a-f-]{36}$', nullable: true },
});

const { nameMaxLength, descriptionMaxLength } = limits.group;

const schemas = {
  export: object({
    type: { const: 'export' },
    format: { const: 'confab-export' },
    version: { const: exportVersion },
    group: object({
      id,
      kind: { enum: ['direct', 'group', 'channel'] },
      name: { ...text(nameMaxLength, 1), nullable: true },
      description: text(descriptionMaxLength),
      createdAt: time,
    }),
  }),
  member: object({ user: person, role: { enum: ['owner', 'moderator', 'member'] }, joinedAt: time }),
  person: object({ user: person }),
  message: object({
    id,
    senderId: id,
    content: { ...text(limits.message.maxLength), nullable: true },
    clientMessageId: { ...text(limits.message.clientMessageIdMaxLength), nullable: true },
    replyToId: { ...id, nullable: true },
    mentions: listOf(id, limits.mention.maxHere + limits.message.maxMentions),
    mentionsEveryone: { type: 'boolean' },
    attachments: listOf(file, limits.attachments.maxPerMessage),
    reactions: listOf(
      object({ emoji: text(limits.reaction.emojiMaxLength, 1), userIds: listOf(id, limits.reaction.maxOnMessage) }),
      limits.reaction.maxDifferent,
    ),
    pinnedAt: timeOrNull,
    editedAt: timeOrNull,
    deletedAt: timeOrNull,
    createdAt: time,
    updatedAt: time,
    formerTexts: listOf(
      object({ content: text(limits.message.maxLength), replacedAt: time }),
      limits.message.maxKeptVersions,
    ),
  }),
  end: object({ messages: count, sha256: { type: 'string' } }),
};

type AnyLine = ExportHead | MemberLine | PersonLine | MessageLine | ExportEnd;

const ajv = addFormats.default(new Ajv());
// The format has times that `Date` does not know, such as leap seconds.
ajv.addKeyword({
  keyword: 'isTime',
  type: 'string',
  validate: (_isTime: true, value: string) => !Number.isNaN(Date.parse(value)),
  error: { message: 'must be a time' },
});
const validators = new Map<string, ValidateFunction>(
  Object.entries(schemas).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/**
 * A line of an export, or why it is none.
 *
 * @param text `null` for a line that was too long to be read
 */
export function readLine(text: string | null): AnyLine | { reason: string } {
  if (text === null) return { reason: `longer than ${maxLineBytes} bytes` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'no JSON' };
  }
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const validate = typeof type === 'string' ? validators.get(type) : undefined;
  if (validate === undefined) return { reason: 'no line of an export' };
  if (validate(value)) return value as AnyLine;
  const [error] = validate.errors ?? [];
  return { reason: `${error?.instancePath ?? ''} ${error?.message ?? 'is wrong'}`.trim() };
}
