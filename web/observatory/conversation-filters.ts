import { limits } from '../../contract/limits.js';
import { conversationStatuses, type ConversationStatus } from '../../contract/observatory.js';
import { element } from '../shared/dom.js';
import type { ConversationFilter } from './conversation-filter.js';

/** While somebody types, the server is not asked at each letter. */
const typingPauseMs = 200;

type Wanted = Omit<ConversationFilter, 'projectId'>;

/** What is asked of the conversations: a text, a status, days. */
export function conversationFilters(onChange: (wanted: Wanted) => void) {
  const search = element('input', {
    class: 'field-input filter-search',
    type: 'search',
    placeholder: 'Search titles',
    'aria-label': 'Search titles',
    'aria-keyshortcuts': '/',
    maxlength: String(limits.observatory.searchMaxLength),
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const status = element(
    'select',
    { class: 'field-input', 'aria-label': 'Status' },
    element('option', { value: '' }, 'Any status'),
    ...conversationStatuses.map((each) => element('option', { value: each }, statusWords[each])),
  );
  const from = day('From');
  const to = day('To');
  const days = element('details', { class: 'filter-days' }, element('summary', {}, 'Dates'), from.label, to.label);
  const form = element('form', { class: 'filters', role: 'search' }, search, status, days);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const change = (): void => {
    clearTimeout(timer);
    onChange({
      q: search.value.trim(),
      status: status.value === '' ? null : (status.value as ConversationStatus),
      startDate: beginningOf(from.input.value, 0),
      endDate: beginningOf(to.input.value, 1),
    });
  };
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(change, typingPauseMs);
  });
  for (const field of [status, from.input, to.input]) field.addEventListener('change', change);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    change();
  });

  return {
    element: form,
    focus: () => {
      search.focus();
      search.select();
    },
  };
}

export const statusWords: Record<ConversationStatus, string> = {
  active: 'Active',
  completed: 'Completed',
  error: 'Ended in an error',
};

function day(name: string) {
  const input = element('input', { class: 'field-input', type: 'date' });
  return { input, label: element('label', { class: 'filter-day' }, name, input) };
}

/** The beginning of the reader's day, or of so many days after it: the last millisecond of a day belongs to it. */
function beginningOf(value: string, daysAfter: number): string | null {
  const [year, month, date] = value.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  const time = new Date(year, month - 1, date + daysAfter).getTime() - daysAfter;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
