import { problems, type ProblemCode } from '../../contract/problems.js';
import { codeBlock, documentPage, escapeHtml, scrollable } from '../docs/document-page.js';
import type { EventEntry } from './event-catalogue-entries.js';
import { referencedName, type JsonSchema, type JsonSchemas } from './event-catalogue-schemas.js';
import { closeCodeRows, groupQuery, transports } from './event-catalogue-transports.js';

/** The page for people: how to connect, every event with its fields and examples, and the types that they share. */
export function eventsPage(entries: readonly EventEntry[], schemas: JsonSchemas): string {
  const clientEvents = entries.filter(({ direction }) => direction === 'client');
  const serverEvents = entries.filter(({ direction }) => direction === 'server');
  const section = (entry: EventEntry) => eventSection(entry, schemas);
  return documentPage({
    title: 'Events',
    address: '/docs/events',
    content: `<h1>Events</h1>
<p>The same events with the same payloads over Socket.IO and over plain WebSocket. For machines:
<a href="/docs/asyncapi.json">asyncapi.json</a>. Requests: <a href="/docs">the REST API</a>. Errors:
<a href="/docs/problems">problems</a>.</p>
<nav class="index" aria-label="Events">
<h2>From clients</h2>
${contents(clientEvents)}
<h2>From the server</h2>
${contents(serverEvents)}
</nav>
<h2 id="connecting">Connecting</h2>
${Object.values(transports).map(transportSection).join('\n')}
${fieldTable('Query of /ws/groups/{groupId}', { properties: groupQuery })}
<h2 id="close-codes">Close codes</h2>
<p>Of the plain WebSocket. Whoever comes back catches up with <a href="#client-sync"><code>sync</code></a>.</p>
${table(
  ['code', 'reason', 'meaning', 'then'],
  closeCodeRows.map(({ code, reason, meaning, comeBack }) => ({
    id: `close-${String(code)}`,
    cells: [
      String(code),
      codeText(reason),
      escapeHtml(meaning),
      comeBack ? 'come back' : 'do not come back with the same token',
    ],
  })),
)}
<h2 id="client-events">What clients send</h2>
${clientEvents.map(section).join('\n')}
<h2 id="server-events">What the server sends</h2>
${serverEvents.map(section).join('\n')}
<h2 id="types">Types</h2>
${Object.entries(schemas)
  .filter(([name]) => isShared(name, schemas, entries))
  .map(([name, schema]) => `<section id="type-${name}">\n${fieldTable(name, schema, 'h3')}\n</section>`)
  .join('\n')}`,
  });
}

function contents(entries: readonly EventEntry[]): string {
  const items = entries.map((entry) => `<li><a href="#${anchorOf(entry)}">${codeText(entry.event)}</a></li>`);
  return `<ul>${items.join('')}</ul>`;
}

function transportSection({ title, meaning, tokens, refusal, refusals }: (typeof transports)[keyof typeof transports]) {
  const codes = refusals.map(
    (code: ProblemCode) => `<a href="/docs/problems#${code}">${codeText(code)}</a> (${String(problems[code].status)})`,
  );
  return `<h3>${escapeHtml(title)}</h3>
<p>${escapeHtml(meaning)}</p>
<p>The access token stands in one of these:</p>
<ul>${tokens.map((token) => `<li>${escapeHtml(token.meaning)}</li>`).join('')}</ul>
<p>${escapeHtml(refusal)} ${codes.join(', ')}.</p>`;
}

function eventSection(entry: EventEntry, schemas: JsonSchemas): string {
  const { direction, event, meaning, payload, frame, ack } = entry;
  const schema = schemas[referencedName(payload.schema) ?? ''] ?? payload.schema;
  const [example] = payload.examples;
  const name = JSON.stringify(event);
  const call =
    direction === 'client'
      ? `socket.emit(${name}, ${json(example)}, (answer) => { … });`
      : `socket.on(${name}, (payload) => { … });\n// payload:\n${json(example)}`;
  return `<section id="${anchorOf(entry)}">
<h3>${codeText(event)} <small>${direction === 'client' ? 'client → server' : 'server → client'}</small></h3>
<p>${escapeHtml(meaning)}</p>
${fieldTable('Payload', schema)}
${exampleBlock('Socket.IO', call)}
${exampleBlock('Plain WebSocket', json(frame.examples[0]))}
${ack === undefined ? '' : ackSection(ack)}
</section>`;
}

function ackSection({ data, socketIo, frame }: NonNullable<EventEntry['ack']>): string {
  return `<h4>Acknowledgement</h4>
<p>Its <code>data</code>: ${typeText(data)}.</p>
${exampleBlock('Socket.IO', json(socketIo.examples[0]))}
${exampleBlock('Plain WebSocket', json(frame.examples[0]))}`;
}

function fieldTable(title: string, { properties = {}, required = [] }: JsonSchema, heading = 'h4'): string {
  const rows = Object.entries(properties).map(([name, field]) => ({
    cells: [
      codeText(name),
      `${typeText(field)}${required.includes(name) ? '' : ', optional'}`,
      escapeHtml([field.description, limitsText(field)].filter((text) => text !== undefined).join('; ')),
    ],
  }));
  return `<${heading}>${escapeHtml(title)}</${heading}>\n${table(['field', 'type', 'meaning'], rows)}`;
}

function table(heads: readonly string[], rows: readonly { id?: string; cells: readonly string[] }[]): string {
  const lines = rows.map(({ id, cells }) => {
    const anchor = id === undefined ? '' : ` id="${id}"`;
    return `<tr${anchor}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = heads.map((name) => `<th>${name}</th>`).join('');
  return scrollable(`<table><thead><tr>${head}</tr></thead><tbody>\n${lines.join('\n')}\n</tbody></table>`);
}

/** What may stand in a field, as HTML. */
function typeText(schema: JsonSchema): string {
  const { type, items, format, enum: values, anyOf } = schema;
  const name = referencedName(schema);
  if (name !== undefined) return `<a href="#type-${name}">${name}</a>`;
  if (anyOf) return anyOf.map(typeText).join(' or ');
  if (values) return values.map((value) => codeText(JSON.stringify(value))).join(' or ');
  if (items) return `list of ${typeText(items)}`;
  const types = typeof type === 'string' ? [type] : (type ?? []);
  const named = types.map((one) => (one === 'string' && format !== undefined ? `string (${format})` : one));
  const { additionalProperties } = schema;
  if (typeof additionalProperties !== 'object') return named.join(' or ');
  const fields = Object.entries(additionalProperties.properties ?? {}).map(
    ([key, field]) => `${key}: ${typeText(field)}`,
  );
  return `object of { ${fields.join(', ')} }`;
}

/** The limits of a field in words; undefined when it has none. */
function limitsText({ minLength = 0, maxLength, minimum, maximum }: JsonSchema): string | undefined {
  if (maxLength !== undefined) return `${String(minLength)} to ${String(maxLength)} characters`;
  if (maximum !== undefined) return `${String(minimum ?? 0)} to ${String(maximum)}`;
  return minimum === undefined ? undefined : `at least ${String(minimum)}`;
}

/** Whether a type is more than the payload of one event, which is shown there. */
function isShared(name: string, schemas: JsonSchemas, entries: readonly EventEntry[]): boolean {
  const link = `"#/components/schemas/${name}"`;
  const shown = [...Object.values(schemas), ...entries.map(({ ack }) => ack?.data)];
  return shown.some((schema) => JSON.stringify(schema ?? null).includes(link)) || name === 'ProblemModel';
}

function exampleBlock(title: string, text: string): string {
  return `<p>${title}:</p>\n${codeBlock(text)}`;
}

function anchorOf({ direction, event }: EventEntry): string {
  return `${direction}-${event}`;
}

function codeText(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
