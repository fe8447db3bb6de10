import { registerDecorator } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { isUuid } from '../../common/ids.js';

/** An object from group ids to `{ rev, epoch }`, nothing more in it. */
export function AreLogPositions(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'areLogPositions',
      target: target.constructor,
      propertyName: String(propertyName),
      options: {
        message: `${String(propertyName)} must map up to ${String(limits.sync.maxGroups)} group ids to { rev, epoch }`,
      },
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
          const entries = Object.entries(value);
          return (
            entries.length <= limits.sync.maxGroups &&
            entries.every(([groupId, position]) => isUuid(groupId) && isLogPosition(position))
          );
        },
      },
    });
  };
}

function isLogPosition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { rev, epoch } = value as { rev?: unknown; epoch?: unknown };
  return Number.isSafeInteger(rev) && (rev as number) >= 0 && isUuid(epoch);
}
