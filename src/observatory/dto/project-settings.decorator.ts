import { registerDecorator } from 'class-validator';

import { limits } from '../../../contract/limits.js';

const { maxSettings, settingNameMaxLength, settingValueMaxLength } = limits.observatory.project;
const namePattern = new RegExp(`^[A-Za-z0-9_-]{1,${String(settingNameMaxLength)}}$`);

/** An object of plain values under plain names. */
export function AreProjectSettings(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'areProjectSettings',
      target: target.constructor,
      propertyName: String(propertyName),
      options: {
        message: `${String(propertyName)} must map up to ${String(maxSettings)} names of letters, digits, _ and - to texts of up to ${String(settingValueMaxLength)} characters, numbers, or true and false`,
      },
      validator: { validate: areSettings },
    });
  };
}

function areSettings(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= maxSettings && entries.every(([name, setting]) => isName(name) && isSetting(setting));
}

function isName(name: string): boolean {
  return namePattern.test(name) && !(name in Object.prototype);
}

function isSetting(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= settingValueMaxLength && value.isWellFormed();
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
