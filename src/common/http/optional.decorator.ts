import { ValidateIf } from 'class-validator';

/**
 * The field may be absent. Unlike class-validator's `IsOptional`, an explicit `null` is not let through unchecked: it
 * is a value, and refused unless the type says otherwise.
 */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
