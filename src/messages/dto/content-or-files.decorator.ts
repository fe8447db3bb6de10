import { registerDecorator, type ValidationArguments } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import { isLengthWithin } from '../../common/http/character-length.decorator.js';

const { minLength, maxLength } = limits.message;

/** The text of a message, which may be empty or absent when the message carries files. */
export function ContentOrFiles(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'contentOrFiles',
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message: `content must be text of ${minLength} to ${maxLength} characters` },
      validator: {
        validate: (value: unknown, { object }: ValidationArguments) => {
          const { attachmentIds } = object as { attachmentIds?: unknown };
          const hasFiles = Array.isArray(attachmentIds) && attachmentIds.length > 0;
          if (value === undefined) return hasFiles;
          return typeof value === 'string' && isLengthWithin(value, hasFiles ? 0 : minLength, maxLength);
        },
      },
    });
  };
}
