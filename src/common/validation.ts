import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

import type { FieldError } from '../../contract/problems.js';
import { Problem } from './problem.js';

/** The one pipe that checks bodies, queries and socket payloads: unknown fields are refused, faults named by field. */
export function validationPipe(): ValidationPipe {
  return new StrictValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (faults) => {
      const errors = faults.flatMap((fault) => fieldErrors(fault));
      const detail = errors.map(({ message }) => message).join('; ');
      return new Problem('validation_failed', detail.slice(0, 500), { errors: errors.slice(0, 50) });
    },
  });
}

/**
 * What is named like a property of every object (`__proto__`, `constructor`, `toString`) would silently be dropped on the
 * way to the validator; it is an unknown field like any other.
 */
class StrictValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'custom' && typeof value === 'object' && value !== null) {
      const inherited = Object.keys(value).find((name) => name in Object.prototype || name === 'prototype');
      if (inherited !== undefined) throw Problem.field(inherited, 'is not a field of this request');
    }
    return super.transform(value, metadata);
  }
}

function fieldErrors(fault: ValidationError, parent = ''): FieldError[] {
  // The name comes from the client when the field is unknown: cut, and without what could break a log line.
  const name = fault.property.slice(0, 64).replace(/[^\x20-\x7e]/g, '?');
  const field = parent === '' ? name : `${parent}.${name}`;
  const own = Object.entries(fault.constraints ?? {}).map(([rule, message]) => ({
    field,
    message: rule === 'whitelistValidation' ? `${field} is not a field of this request` : message,
  }));
  return [...own, ...(fault.children ?? []).flatMap((child) => fieldErrors(child, field))];
}
