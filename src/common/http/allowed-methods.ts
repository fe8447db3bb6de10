import type { RequestHandler } from 'express';

import { Problem } from '../problem.js';

/**
 * Answers 405 with `Allow` where a path is served, but not with this method; without it, that would be a 404.
 *
 * @param routes path templates such as `/api/v1/groups/{id}`, each with its methods in lower case
 */
export function allowedMethods(routes: ReadonlyMap<string, readonly string[]>): RequestHandler {
  const table = Array.from(routes, ([template, methods]) => ({
    matches: toPattern(template),
    methods: new Set(methods.map((method) => method.toUpperCase())),
  }));
  return (request, response, next) => {
    const { method, path } = request;
    const here = table.filter((route) => route.matches.test(path));
    const allowed = new Set(here.flatMap((route) => [...route.methods]));
    if (allowed.has('GET')) allowed.add('HEAD');
    if (here.length === 0 || allowed.has(method) || method === 'OPTIONS') {
      next();
      return;
    }
    response.setHeader('Allow', [...allowed].join(', '));
    next(new Problem('method_not_allowed', `${method.slice(0, 16)} is not served here.`));
  };
}

function toPattern(template: string): RegExp {
  const source = template
    .split('/')
    .map((part) => (part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^$()[\]\\|]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}/?$`);
}
