/**
 * Matches every name that a person may have, as far as that goes: not `all` and `here`, which in a message call others
 * (`mentions.ts`) and never him, and none like those of deleted accounts.
 */
export const freeUsername = /^(?!(?:all|here|deleted-[0-9a-f]{8})$)/i;
