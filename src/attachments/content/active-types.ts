/**
 * Types of which a browser runs what they hold. They are taken only where an operator names them, and are only ever
 * downloads.
 */
export const activeTypes: ReadonlySet<string> = new Set(['image/svg+xml', 'text/html', 'application/xml']);
