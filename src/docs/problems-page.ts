import { problems } from '../../contract/problems.js';
import { documentPage, scrollable } from './document-page.js';

/** The page to which the `type` of a problem document points: every code with its status and title. */
export function problemsPage(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${String(status)}</td><td>${title}</td></tr>`,
  );
  return documentPage({
    title: 'Problems',
    address: '/docs/problems',
    content: `<h1>Problems</h1>
<p>Errors are problem documents (RFC 9457). <code>code</code> is stable; <code>detail</code> is for people.
Requests: <a href="/docs">the REST API</a>. Realtime: <a href="/docs/events">events</a>.</p>
${scrollable(`<table><thead><tr><th>code</th><th>status</th><th>title</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`)}`,
  });
}
