import type { OpenAPIObject } from '@nestjs/swagger';

/** A schema of draft 7, as AsyncAPI 3.0 takes it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  const?: unknown;
  enum?: readonly unknown[];
  description?: string;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  items?: JsonSchema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  additionalProperties?: boolean | JsonSchema;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  examples?: readonly unknown[];
  [keyword: string]: unknown;
}

export type JsonSchemas = Readonly<Record<string, JsonSchema>>;

const prefix = '#/components/schemas/';

export function schemaReference(name: string): JsonSchema {
  return { $ref: `${prefix}${name}` };
}

/** The name of the schema to which a reference points; undefined for what is none. */
export function referencedName({ $ref }: JsonSchema): string | undefined {
  return $ref?.startsWith(prefix) === true ? $ref.slice(prefix.length) : undefined;
}

/**
 * The schemas of some classes, and of all that these refer to, out of the OpenAPI document.
 *
 * @throws Error when the document has no schema of a class: it was made without it
 */
export function schemasOf(document: OpenAPIObject, names: readonly string[]): JsonSchemas {
  const found: Record<string, JsonSchema> = {};
  const add = (name: string): void => {
    if (name in found) return;
    const schema = document.components?.schemas?.[name];
    if (schema === undefined) throw new Error(`the OpenAPI document has no schema of ${name}`);
    const converted = toJsonSchema(schema);
    found[name] = converted;
    for (const next of referencesIn(converted)) add(next);
  };
  for (const name of names) add(name);
  return found;
}

/**
 * OpenAPI 3.0 has dialects of its own for two things: `nullable`, which JSON Schema says with a type, and `example`.
 * A reference that may be null is wrapped into an `allOf` there, since nothing may stand beside `$ref`.
 */
export function toJsonSchema(schema: object): JsonSchema {
  const { nullable, example, allOf, ...rest } = schema as JsonSchema & {
    nullable?: boolean;
    example?: unknown;
    allOf?: readonly JsonSchema[];
  };
  const [only, ...others] = allOf ?? [];
  if (only !== undefined && others.length > 0) throw new Error('the schema of a class combines others');
  const converted: JsonSchema = {
    ...rest,
    ...(rest.properties && { properties: mapValues(rest.properties, toJsonSchema) }),
    ...(rest.items && { items: toJsonSchema(rest.items) }),
    ...(typeof rest.additionalProperties === 'object' && {
      additionalProperties: toJsonSchema(rest.additionalProperties),
    }),
    ...(example !== undefined && { examples: [example] }),
  };
  if (only !== undefined) return { ...converted, anyOf: [only, ...(nullable === true ? [{ type: 'null' }] : [])] };
  if (nullable !== true) return converted;
  return {
    ...converted,
    ...(typeof rest.type === 'string' && { type: [rest.type, 'null'] }),
    ...(rest.enum && { enum: [...rest.enum, null] }),
  };
}

/** An object schema in which nothing else may stand: what clients send is refused otherwise. */
export function closed(schema: JsonSchema): JsonSchema {
  return { ...schema, additionalProperties: false };
}

function referencesIn(schema: JsonSchema): string[] {
  const own = referencedName(schema);
  const parts: (JsonSchema | boolean | undefined)[] = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    schema.items,
    schema.additionalProperties,
  ];
  const below = parts.flatMap((part) => (typeof part === 'object' ? referencesIn(part) : []));
  return own === undefined ? below : [own, ...below];
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
