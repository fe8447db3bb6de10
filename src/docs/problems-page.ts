import { problems } from '../../contract/problems.js';

/** The page to which the `type` of a problem document points: every code with its status and title. */
export function problemsPage(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${String(status)}</td><td>${title}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Confab: problems</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ccc; }
tr:target { background: #fff3bf; }
</style>
</head>
<body>
<h1>Problems</h1>
<p>Errors are problem documents (RFC 9457). <code>code</code> is stable; <code>detail</code> is for people.
Requests: <a href="/docs">the REST API</a>. Realtime: <a href="/docs/events">events</a>.</p>
<table><thead><tr><th>code</th><th>status</th><th>title</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
</body>
</html>
`;
}
