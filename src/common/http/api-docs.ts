import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';

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

/** Documents the problems that a route may answer with, grouped by status as OpenAPI wants it. */
export function ApiProblems(...codes: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  const responses = Array.from(byStatus, ([status, sameStatus]) =>
    ApiResponse({
      status,
      description: sameStatus.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemModel) } } },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemModel), ...responses);
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
