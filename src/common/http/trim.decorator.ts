import { Transform } from 'class-transformer';

/** Takes white space off both ends before the field is checked. */
export function Trim(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
}
