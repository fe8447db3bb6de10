import { element, setText } from '../shared/dom.js';

/** Who is typing, in one line that is always there, so that nothing moves when it speaks. */
export function typingLine() {
  const text = element('span');
  const line = element(
    'p',
    { class: 'typing' },
    element('span', { class: 'typing-dots', 'aria-hidden': 'true' }, element('i'), element('i'), element('i')),
    text,
  );
  return {
    element: line,
    show: (names: readonly string[]) => {
      line.classList.toggle('is-on', names.length > 0);
      setText(text, names.length === 0 ? '' : sentenceFor(names));
    },
  };
}

function sentenceFor(names: readonly string[]): string {
  if (names.length > 3) return 'Several people are typing';
  const list = new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
  return `${list} ${names.length === 1 ? 'is' : 'are'} typing`;
}
