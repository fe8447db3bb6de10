import { registerDecorator } from 'class-validator';

import { limits } from '../../../contract/limits.js';

/** A password that bcrypt takes whole: it ignores what follows byte 72 and what follows a NUL. */
export function IsPassword(): PropertyDecorator {
  const { minBytes, maxBytes } = limits.password;
  return (target, propertyName) => {
    registerDecorator({
      name: 'isPassword',
      target: target.constructor,
      propertyName: String(propertyName),
      options: {
        message: `${String(propertyName)} must be ${String(minBytes)} to ${String(maxBytes)} bytes of UTF-8 without NUL`,
      },
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'string' || !value.isWellFormed() || value.includes('\0')) return false;
          const bytes = Buffer.byteLength(value);
          return bytes >= minBytes && bytes <= maxBytes;
        },
      },
    });
  };
}
