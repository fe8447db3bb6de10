import { registerDecorator } from 'class-validator';

/**
 * Length in characters (Unicode code points): an emoji outside the basic plane counts once, whatever JavaScript's
 * `length` says. A lone surrogate is refused, since it cannot be stored as UTF-8.
 */
export function CharacterLength(min: number, max: number): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'characterLength',
      target: target.constructor,
      propertyName: String(propertyName),
      options: {
        message: `${String(propertyName)} must be text of ${String(min)} to ${String(max)} characters`,
      },
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isLengthWithin(value, min, max),
      },
    });
  };
}

function isLengthWithin(value: string, min: number, max: number): boolean {
  // Code points are never more than UTF-16 units and never less than half of them: no need to count a huge text.
  if (value.length > 2 * max || !value.isWellFormed()) return false;
  const length = Array.from(value).length;
  return length >= min && length <= max;
}
