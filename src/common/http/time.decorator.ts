import { isISO8601, registerDecorator } from 'class-validator';

/** A moment as ISO 8601 has it, with its offset from UTC: `2026-01-31T12:00:00.000Z`. */
export function IsTime(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isTime',
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message: `${String(propertyName)} must be a time such as 2026-01-31T12:00:00.000Z` },
      validator: { validate: isTime },
    });
  };
}

/** ISO 8601 has more ways to name a moment (weeks, days of a year) than JavaScript reads. */
const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

function isTime(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    form.test(value) &&
    isISO8601(value, { strict: true }) &&
    !Number.isNaN(Date.parse(value))
  );
}
