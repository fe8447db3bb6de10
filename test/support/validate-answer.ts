import { problems, type ProblemCode, type ProblemDocument } from '../../contract/problems.js';
import { SchemaCompiler, type OpenApiSchema } from './openapi-schema.js';

/** One request and what came back. */
export interface Exchange {
  method: string;
  /** Without the query. */
  path: string;
  hasBody: boolean;
  status: number;
  contentType: string | null;
  /** Parsed when it is JSON; the empty string when there is none. */
  body: unknown;
}

export interface OpenApiOperation {
  operationId: string;
  summary?: string;
  security?: unknown[];
  parameters?: { in: string; name: string; required: boolean; schema: OpenApiSchema }[];
  requestBody?: { content: Record<string, { schema: OpenApiSchema; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: OpenApiSchema }> }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, OpenApiSchema> };
}

const problemType = 'application/problem+json';
/** What can be wrong with a body as a whole: found before it is known which route it is for. */
const ofBodies: readonly ProblemCode[] = [
  'malformed_json',
  'validation_failed',
  'payload_too_large',
  'unsupported_media_type',
];

/** Holds answers to the document that the server gives out about itself. */
export class DocumentedAnswers {
  private readonly schemas: SchemaCompiler;
  private readonly routes: { matches: RegExp; parameters: number; methods: Record<string, OpenApiOperation> }[];

  constructor(document: OpenApiDocument) {
    this.schemas = new SchemaCompiler(document.components.schemas);
    this.routes = Object.entries(document.paths)
      .map(([template, methods]) => ({
        matches: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
        parameters: template.split('{').length - 1,
        methods,
      }))
      // Of two that match, the one that says more: `/users/me` before `/users/{id}`.
      .sort((one, other) => one.parameters - other.parameters);
  }

  /** @throws Error that tells everything about the answer that is not as documented */
  assert(exchange: Exchange): void {
    const faults = this.faultsOf(exchange);
    if (faults.length === 0) return;
    const { method, path, status, body } = exchange;
    const answer = `${method} ${path} was answered ${String(status)} ${JSON.stringify(body)}`;
    throw new Error([`${answer}, which is not as documented:`, ...faults].join('\n  '));
  }

  faultsOf(exchange: Exchange): string[] {
    const { method, path, status } = exchange;
    // Preflights and pages for people are not of the REST API.
    if (method === 'OPTIONS' || path.startsWith('/docs') || path.startsWith('/socket.io')) return [];
    const here = this.routes.filter(({ matches }) => matches.test(path));
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = here.map(({ methods }) => methods[verb]).find((one) => one !== undefined);
    if (exchange.contentType?.startsWith(problemType) === true) {
      return this.faultsOfProblem(exchange, allowedCodes(operation, here.length > 0, exchange));
    }
    if (isOfHttpItself(exchange)) return [];
    if (operation === undefined) return ['there is no such operation'];
    const response = operation.responses[String(status)];
    if (response === undefined) return [`it may be ${Object.keys(operation.responses).join(', ')}`];
    return method === 'HEAD' ? [] : this.faultsOfBody(exchange, response.content);
  }

  private faultsOfBody(
    { contentType, body }: Exchange,
    content: Record<string, { schema: OpenApiSchema }> | undefined,
  ): string[] {
    if (content === undefined) return body === '' ? [] : ['it has a body'];
    const documented = content[contentType?.split(';', 1)[0] ?? ''] ?? content['*/*'];
    if (documented === undefined) return [`its type is ${String(contentType)}, not ${Object.keys(content).join(', ')}`];
    return this.schemas.faultsOf(documented.schema, body);
  }

  private faultsOfProblem({ method, status, body }: Exchange, allowed: ReadonlySet<ProblemCode>): string[] {
    if (method === 'HEAD') return [];
    const faults = this.schemas.faultsOf({ $ref: '#/components/schemas/ProblemModel' }, body);
    if (faults.length > 0) return faults;
    const { code, title, type, status: stated } = body as ProblemDocument;
    if (problems[code].status !== status || stated !== status) faults.push(`the status of ${code} is another one`);
    if (problems[code].title !== title) faults.push(`the title of ${code} is another one`);
    if (type !== `/docs/problems#${code}`) faults.push('its type does not lead to its explanation');
    if (!allowed.has(code)) faults.push(`its code may be ${[...allowed].join(', ')}`);
    return faults;
  }
}

/** Answers that HTTP gives, whatever the route: nothing new for a conditional request, and what Node itself refuses. */
function isOfHttpItself({ method, status, body }: Exchange): boolean {
  return body === '' && (status === 431 || (status === 304 && ['GET', 'HEAD'].includes(method)));
}

/** The codes that an answer may carry: those of the route, and those that are found before there is one. */
function allowedCodes(
  operation: OpenApiOperation | undefined,
  isServed: boolean,
  { hasBody, status, path }: Exchange,
): ReadonlySet<ProblemCode> {
  const codes = new Set(hasBody ? ofBodies : []);
  // Broken percent-encoding is no path at all.
  if (!isEncoded(path)) codes.add('validation_failed');
  if (operation !== undefined) for (const code of codesOf(operation, status)) codes.add(code);
  else codes.add(isServed ? 'method_not_allowed' : 'not_found');
  return codes;
}

function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** The problem codes that an operation names for a status. */
export function codesOf(operation: OpenApiOperation, status: number): ProblemCode[] {
  const description = operation.responses[String(status)]?.description ?? '';
  return Array.from(description.matchAll(/`([a-z_]+)`/g), ([, code]) => code as ProblemCode);
}

const known = new Map<string, Promise<DocumentedAnswers | undefined>>();

/** The document of the server at an address, read once; `undefined` when it has none. */
export function documentedAnswers(address: string): Promise<DocumentedAnswers | undefined> {
  const { origin } = new URL(address);
  const document = known.get(origin) ?? readDocument(origin);
  known.set(origin, document);
  // A server that is not up yet, or not any more, may be there the next time.
  document.catch(() => known.delete(origin));
  return document;
}

async function readDocument(origin: string): Promise<DocumentedAnswers | undefined> {
  const response = await fetch(`${origin}/docs/openapi.json`);
  return response.ok ? new DocumentedAnswers((await response.json()) as OpenApiDocument) : undefined;
}
