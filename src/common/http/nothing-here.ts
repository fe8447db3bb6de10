import type { RequestHandler } from 'express';

import { Problem } from '../problem.js';
import type { ProblemFilter } from './problem.filter.js';

/**
 * Answers what nothing else does; stands behind all routes. Nest does so only below the prefix of the API: anywhere else
 * Express would send a page of its own.
 */
export function nothingHere(problems: ProblemFilter): RequestHandler {
  return (request, response) => {
    problems.answer(new Problem('not_found', 'There is nothing at this address.'), request, response);
  };
}
