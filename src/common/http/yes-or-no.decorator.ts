import { Transform } from 'class-transformer';

/** Reads `true` and `false` in a query; anything else stays what it is, for `IsBoolean` to refuse. */
export function YesOrNo(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
}
