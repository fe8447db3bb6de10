import { styleText } from 'node:util';

/**
 * One line of a result for people: what, how many, and a note in a pale colour.
 *
 * @param width of the column with the titles
 */
export function numberRow(title: string, value: number, note = '', width = 10): string {
  const number = value.toLocaleString('en-US').padStart(12);
  return `${title.padEnd(width)} ${number}  ${styleText('dim', note, { stream: process.stdout })}`.trimEnd();
}
