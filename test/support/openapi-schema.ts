import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** A schema of OpenAPI 3.0, as far as ours go. */
export interface OpenApiSchema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  properties?: Record<string, OpenApiSchema>;
  items?: OpenApiSchema;
  allOf?: OpenApiSchema[];
  required?: string[];
  example?: unknown;
}

const componentsId = 'components';

/** Compiles the schemas of an OpenAPI document: what they do not mention is an error, and so is what they do not require. */
export class SchemaCompiler {
  // Formats are checked by the plugin, and one by us; keywords of OpenAPI such as `example` are no constraints.
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly compiled = new WeakMap<OpenApiSchema, ValidateFunction>();

  constructor(components: Record<string, OpenApiSchema>) {
    addFormats.default(this.ajv);
    // The contract promises more than RFC 3339: UTC with milliseconds.
    this.ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const definitions = Object.entries(components).map(([name, schema]) => [name, toJsonSchema(schema)] as const);
    this.ajv.addSchema({ $id: componentsId, definitions: Object.fromEntries(definitions) });
  }

  /** What is wrong with a value, one line each; empty when nothing is. */
  faultsOf(schema: OpenApiSchema, value: unknown): string[] {
    const validate = this.compiled.get(schema) ?? this.ajv.compile(toJsonSchema(schema));
    this.compiled.set(schema, validate);
    return validate(value) ? [] : (validate.errors ?? []).map(describe);
  }
}

/**
 * OpenAPI 3.0 is not quite JSON schema: `nullable` stands for a type of its own, also beside `enum` and `allOf`. Objects
 * are closed, so that a field that nobody documented is found.
 */
function toJsonSchema(schema: OpenApiSchema): object {
  const { nullable, $ref, properties, items, allOf, ...rest } = schema;
  const plain = {
    ...rest,
    ...($ref !== undefined && { $ref: $ref.replace('#/components/schemas/', `${componentsId}#/definitions/`) }),
    ...(items !== undefined && { items: toJsonSchema(items) }),
    ...(allOf !== undefined && { allOf: allOf.map(toJsonSchema) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, toJsonSchema(field)])),
      additionalProperties: false,
    }),
  };
  return nullable === true ? { anyOf: [{ type: 'null' }, plain] } : plain;
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath === '' ? 'the body' : instancePath} ${message ?? 'is wrong'} ${JSON.stringify(params)}`;
}
