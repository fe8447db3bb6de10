/** Other names of a type, as clients send them. */
const aliases: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'application/x-pdf': 'application/pdf',
};

/** Says nothing about the bytes. */
const generic = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/x-download']);

/**
 * Whether the bytes of a file are something else than was declared. Pictures and PDF are one type or another; sound and
 * film share their containers, documents are archives, and text has many names: there it goes by the kind.
 */
export function isContradicted(declared: string, found: string): boolean {
  const claimed = aliases[declared] ?? declared;
  if (generic.has(claimed) || claimed === found) return false;
  const [kind, foundKind] = [kindOf(claimed), kindOf(found)];
  if (kind === 'image' || kind === 'pdf') return true;
  return kind !== foundKind;
}

function kindOf(type: string): string {
  if (type === 'application/pdf') return 'pdf';
  // JSON, XML, scripts and the like: text, whatever they are called.
  if (/^application\/(.*\+)?(json|xml|javascript|x-sh|sql|yaml|x-yaml|toml|x-httpd-php)$/.test(type)) return 'text';
  const [kind = ''] = type.split('/');
  return kind === 'audio' || kind === 'video' || type === 'application/ogg' ? 'media' : kind;
}
