import type { ProblemCode } from '../../contract/problems.js';
import { Problem } from './problem.js';

/**
 * Does something that somebody else may have done meanwhile: then it is refused, and need not be done any more.
 *
 * @param code how it is refused then; anything else that is thrown goes on
 */
export async function unlessRefused(code: ProblemCode, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== code) throw error;
  }
}
