import type { Request } from 'express';

/** What stands for the route where nothing is served. */
export const noRoute = '(none)';

const templates = new Map<string, string>();

/**
 * The template of the route that serves a request, such as `/api/v1/groups/{id}`: known as soon as the router has found
 * it. Never the path itself, which may have the code of an invitation in it.
 */
export function routeTemplate(request: Request): string {
  const path = (request.route as { path?: unknown } | undefined)?.path;
  // Nest's own answer to what there is not hangs in a route for everything.
  if (typeof path !== 'string' || path.includes('*')) return noRoute;
  let template = templates.get(path);
  if (template === undefined) templates.set(path, (template = path.replace(/:(\w+)/g, '{$1}')));
  return template;
}
