import { applyDecorators, type Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';

import { problems, type FieldError, type ProblemCode, type ProblemDocument } from '../../../contract/problems.js';

class FieldErrorModel implements FieldError {
  @ApiProperty({ example: 'name' }) field!: string;
  @ApiProperty({ example: 'must be text of 1 to 100 characters' }) message!: string;
}

/** The problem document as the API documentation shows it. */
export class ProblemModel implements ProblemDocument {
  @ApiProperty({ example: '/docs/problems#not_found' }) type!: string;
  @ApiProperty({ example: 'Not found' }) title!: string;
  @ApiProperty({ example: 404 }) status!: number;
  @ApiProperty({ example: 'There is no such group.' }) detail!: string;
  @ApiProperty({ example: '/api/v1/groups/0197b6a0-0000-7000-8000-000000000000' }) instance!: string;
  @ApiProperty({ enum: Object.keys(problems) }) code!: ProblemCode;
  @ApiProperty() correlationId!: string;
  @ApiProperty({ type: [FieldErrorModel], required: false }) errors?: FieldError[];
  @ApiProperty({ required: false, description: 'Seconds' }) retryAfter?: number;
}

const problemCodes = Symbol('problem codes of a route');

/**
 * Documents the problems that a route, or every route of a controller, may answer with, grouped by status as OpenAPI
 * wants it. A route that takes a body says `malformed_json`, and with it what else can be wrong with a body as a whole.
 */
export function ApiProblems(...codes: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  const ofBodies: readonly ProblemCode[] = ['payload_too_large', 'unsupported_media_type'];
  const all = codes.includes('malformed_json') ? [...codes, ...ofBodies] : codes;
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    ApiExtraModels(ProblemModel)(target, key, descriptor);
    if (key !== undefined && descriptor !== undefined) {
      documentProblems(all, target, key, descriptor);
      return;
    }
    // OpenAPI knows one entry a status, and a route's would hide that of its controller: so each route gets its own.
    const prototype = (target as Type).prototype as object;
    for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (Reflect.hasMetadata(PATH_METADATA, method.value as object)) {
        documentProblems(all, prototype, name, method);
      }
    }
  };
}

/**
 * Says of a controller that all its routes ask for an access token and need the database, and how they refuse. For those below one group or one
 * message, `more` is `not_a_member` and `not_found`.
 */
export function ApiSignedIn(...more: readonly ProblemCode[]): ClassDecorator {
  const always: ProblemCode[] = ['unauthenticated', 'token_expired', 'session_revoked', 'rate_limited', 'unavailable'];
  return applyDecorators(ApiBearerAuth(), ApiProblems('validation_failed', ...always, ...more));
}

/** Adds to the problems that a route has already: Swagger puts descriptions of one status one below the other. */
function documentProblems(
  codes: readonly ProblemCode[],
  prototype: object,
  key: string | symbol,
  descriptor: PropertyDescriptor,
): void {
  const route = descriptor.value as object;
  const known = (Reflect.getMetadata(problemCodes, route) ?? []) as readonly ProblemCode[];
  const added = codes.filter((code) => !known.includes(code));
  Reflect.defineMetadata(problemCodes, [...known, ...added], route);
  for (const [status, sameStatus] of Map.groupBy(added, (code) => problems[code].status)) {
    ApiResponse({
      status,
      description: sameStatus.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemModel) } } },
    })(prototype, key, descriptor);
  }
}

/** Documents a 200 answer that is a page of `model`; `extra` are further required whole numbers beside the items. */
export function ApiPage(model: Type, extra: readonly string[] = []): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(model),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['items', 'nextCursor', 'hasMore', ...extra],
        properties: {
          items: { type: 'array', items: { $ref: getSchemaPath(model) } },
          nextCursor: { type: 'string', nullable: true },
          hasMore: { type: 'boolean' },
          ...Object.fromEntries(extra.map((name) => [name, { type: 'integer' }])),
        },
      },
    }),
  );
}
