import { ValidateIf } from 'class-validator';

/** The field may be absent, and it may be `null`, which means "take it away". */
export function MayBeNull(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined && value !== null);
}
