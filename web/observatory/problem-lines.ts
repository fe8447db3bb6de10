import type { LineProblem, ProblemLineView } from '../../contract/observatory.js';
import { element } from '../shared/dom.js';
import { bytes } from '../shared/format.js';

const words: Record<LineProblem, string> = {
  not_json: 'no JSON',
  not_an_object: 'no object',
  not_understood: 'not understood',
  too_large: 'too large',
  invalid_utf8: 'bytes that are no UTF-8, replaced',
};

/** Lines that could not be understood, each with its file and its number there. */
export function problemLines(problems: readonly ProblemLineView[]): HTMLElement {
  return element('ul', { class: 'problem-lines', role: 'list' }, ...problems.map(problemLine));
}

function problemLine({ path, lineNumber, problem, excerpt, bytes: size }: ProblemLineView): HTMLElement {
  return element(
    'li',
    {},
    element('span', { class: 'problem-place' }, `${path}:${String(lineNumber)}`),
    element('span', { class: 'problem-word' }, `${words[problem]}, ${bytes(size)}`),
    ...(excerpt === '' ? [] : [element('code', { class: 'problem-excerpt' }, excerpt)]),
  );
}
