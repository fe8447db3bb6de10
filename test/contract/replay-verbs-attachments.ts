import { upload } from '../support/upload.js';
import type { Person } from '../support/people.js';
import { ok, type RouteVerbs, type Verb } from './replay-scene.js';

const withFile = async (by: Person, groupId: string) =>
  by.sendMessage(groupId, 'with a file', { attachmentIds: [(await upload(by, groupId)).id] });

/** Messages that carry files. */
export const sendsWithFiles: Readonly<Record<string, Verb>> = {
  'one with files and no text': async ({ member, group }) => {
    const files = [await upload(member, group.id), await upload(member, group.id)];
    await ok(member.api.post(`/groups/${group.id}/messages`, { attachmentIds: files.map(({ id }) => id) }));
  },
  'one with a file, deleted and restored': async ({ member, group }) => {
    const { id } = await withFile(member, group.id);
    await ok(member.api.delete(`/messages/${id}`));
    await ok(member.api.post(`/messages/${id}/restore`));
  },
};

/** What changes files. */
export const attachmentVerbs: RouteVerbs = {
  'post /attachments': {
    'a file that no message has': ({ member, group }) => upload(member, group.id),
  },
  'patch /attachments/{id}': {
    'in a message': async ({ owner, member, group }) => {
      const { attachments } = await withFile(member, group.id);
      await ok(owner.api.patch(`/attachments/${attachments[0]!.id}`, { fileName: 'other.txt' }));
    },
    'in a message that was restored': async ({ member, group }) => {
      const { id, attachments } = await withFile(member, group.id);
      await ok(member.api.delete(`/messages/${id}`));
      await ok(member.api.post(`/messages/${id}/restore`));
      await ok(member.api.patch(`/attachments/${attachments[0]!.id}`, { fileName: 'other.txt' }));
    },
  },
  'delete /attachments/{id}': {
    'in a message': async ({ member, group }) => {
      const { attachments } = await withFile(member, group.id);
      await ok(member.api.delete(`/attachments/${attachments[0]!.id}`));
    },
    'and then its message for good': async ({ member, admin, group }) => {
      const { id, attachments } = await withFile(member, group.id);
      await ok(member.api.delete(`/attachments/${attachments[0]!.id}`));
      await ok(admin.api.delete(`/messages/${id}?hard=true`));
    },
  },
};
