import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

import { version } from '../common/package.js';

type PathItem = OpenAPIObject['paths'][string];
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const description = `
Group chat over REST and Socket.IO. Register or log in, press **Authorize** with the \`accessToken\`, and try things.

Errors are problem documents (RFC 9457) with a stable \`code\`: see [/docs/problems](/docs/problems).
Realtime events: see [/docs/events](/docs/events). How to begin, and everything else: [/docs/guide](/docs/guide).
`;

/**
 * The OpenAPI document of all routes, made from the controllers and their DTO classes.
 *
 * @param extraModels classes that no route shows, and whose schemas are wanted all the same
 */
export function openApiDocument(app: INestApplication, extraModels: readonly Type[]): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Confab')
    .setDescription(description)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [...extraModels],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  giveExamples(document);
  addIds(document);
  leaveOutBadInput(document);
  return document;
}

/** Ids in paths: of a branded type, which Swagger knows nothing to say of, and leaves out. */
function addIds(document: OpenAPIObject): void {
  for (const [template, path] of Object.entries(document.paths)) {
    for (const operation of operationsOfPath(path)) {
      const known = new Set(operation.parameters?.map((parameter) => ('name' in parameter ? parameter.name : '')));
      const missing = Array.from(template.matchAll(/\{(\w+)\}/g), ([, name = '']) => name).filter(
        (name) => !known.has(name),
      );
      const ids = missing.map((name) => ({
        name,
        in: 'path' as const,
        required: true,
        schema: { type: 'string' as const, format: 'uuid' },
      }));
      operation.parameters = [...ids, ...(operation.parameters ?? [])];
    }
  }
}

/** What takes nothing, neither in its path nor behind it, is never told that there is something wrong with it. */
function leaveOutBadInput(document: OpenAPIObject): void {
  for (const { parameters = [], requestBody, responses } of operationsOf(document)) {
    if (parameters.length === 0 && requestBody === undefined) delete responses['400'];
  }
}

function operationsOf(document: OpenAPIObject) {
  return Object.values(document.paths).flatMap(operationsOfPath);
}

function operationsOfPath({ get, post, put, patch, delete: remove }: PathItem) {
  return [get, post, put, patch, remove].filter((operation) => operation !== undefined);
}

/**
 * Gives each request body an example that can be sent as it is. Left to itself, Swagger UI fills in every optional field
 * too, and ids that it makes up.
 */
function giveExamples(document: OpenAPIObject): void {
  for (const { requestBody } of operationsOf(document)) {
    const content =
      requestBody !== undefined && 'content' in requestBody ? requestBody.content['application/json'] : undefined;
    const name =
      content?.schema !== undefined && '$ref' in content.schema ? content.schema.$ref.split('/').at(-1) : undefined;
    const schema = document.components?.schemas?.[name ?? ''];
    if (content !== undefined && schema !== undefined) content.example = exampleOf(schema);
  }
}

/** Every field that has an example, and choices where one must be made. */
function exampleOf(schema: Schema): Record<string, unknown> {
  if ('$ref' in schema) return {};
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if ('$ref' in field) return [];
    const isRequired = schema.required?.includes(name) === true;
    const example: unknown = field.example ?? (isRequired ? field.enum?.[0] : undefined);
    return example === undefined ? [] : [[name, example] as const];
  });
  return Object.fromEntries(fields);
}

/** Serves the document at `/docs/openapi.json` and Swagger UI at `/docs`. */
export function serveOpenApi(app: INestApplication, document: OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: 'Confab API',
    swaggerOptions: { persistAuthorization: true },
  });
}
