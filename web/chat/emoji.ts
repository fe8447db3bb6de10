import { element, svgElement } from '../shared/dom.js';

/**
 * The emoji that the page offers, drawn by itself: they look the same everywhere, also where no font has them. Any other
 * emoji is text, as the reader's system shows it.
 */
const face = ['circle', { cx: '12', cy: '12', r: '10', fill: '#ffcc4d' }] as const;
type Shape = readonly ['path' | 'circle' | 'rect' | 'ellipse', Readonly<Record<string, string>>];

const drawings: Readonly<Record<string, { name: string; shapes: readonly Shape[] }>> = {
  '👍': {
    name: 'thumbs up',
    shapes: [
      [
        'path',
        {
          fill: '#ffcc4d',
          d: 'M8 11l4-8.5c2.6 0 3.3 1.8 2.8 4L14.3 9H20c1.6 0 2.3 1.3 1.9 2.6l-2 7.6c-.3 1.1-1 1.8-2.2 1.8H8z',
        },
      ],
      ['rect', { fill: '#e0a62f', x: '2', y: '10.5', width: '5', height: '11', rx: '1.5' }],
    ],
  },
  '❤️': {
    name: 'heart',
    shapes: [
      [
        'path',
        { fill: '#e5455f', d: 'M12 21C5 16 2 12.5 2 8.5A5.3 5.3 0 0 1 12 6a5.3 5.3 0 0 1 10 2.5C22 12.5 19 16 12 21z' },
      ],
    ],
  },
  '😂': {
    name: 'tears of joy',
    shapes: [
      face,
      ['path', { fill: '#664500', d: 'M6.5 13h11c0 4-2.5 6-5.5 6s-5.5-2-5.5-6z' }],
      ['path', { fill: '#fff', d: 'M7.5 13h9l-.5 2h-8z' }],
      [
        'path',
        {
          fill: 'none',
          stroke: '#664500',
          'stroke-width': '1.5',
          'stroke-linecap': 'round',
          d: 'M6 9.5c.8-1.3 2.4-1.3 3.2 0M14.8 9.5c.8-1.3 2.4-1.3 3.2 0',
        },
      ],
      [
        'path',
        {
          fill: '#4fb4f0',
          d: 'M5.5 11c-2 1.2-3 3-2.2 4.3.7 1.2 2.3.9 2.5-.8zM18.5 11c2 1.2 3 3 2.2 4.3-.7 1.2-2.3.9-2.5-.8z',
        },
      ],
    ],
  },
  '🎉': {
    name: 'party popper',
    shapes: [
      ['path', { fill: '#ffcc4d', d: 'M2 22L8 8l8 8z' }],
      ['path', { fill: '#e0a62f', d: 'M4 17.3l2.7 2.7-1.7.7-1.7-1.7zM6 12.7l5.3 5.3-1.8.8-4.3-4.3z' }],
      [
        'path',
        {
          fill: 'none',
          stroke: '#e5455f',
          'stroke-width': '1.8',
          'stroke-linecap': 'round',
          d: 'M10 7c1.5-1.5 1-3.5-.5-4.5M17 14c1.5-1.5 3.5-1 4.5.5',
        },
      ],
      [
        'path',
        { fill: 'none', stroke: '#4fb4f0', 'stroke-width': '1.8', 'stroke-linecap': 'round', d: 'M13 11c2-4 5-4 7-7' },
      ],
      ['circle', { cx: '15', cy: '4', r: '1.3', fill: '#77c35a' }],
      ['circle', { cx: '20', cy: '9.5', r: '1.3', fill: '#e5455f' }],
      ['circle', { cx: '5', cy: '4.5', r: '1.3', fill: '#4fb4f0' }],
    ],
  },
  '👀': {
    name: 'eyes',
    shapes: [
      ['ellipse', { cx: '6.8', cy: '12', rx: '4.8', ry: '7.5', fill: '#fff', stroke: '#8899a6' }],
      ['ellipse', { cx: '17.2', cy: '12', rx: '4.8', ry: '7.5', fill: '#fff', stroke: '#8899a6' }],
      ['ellipse', { cx: '5.3', cy: '13', rx: '2', ry: '3.3', fill: '#292f33' }],
      ['ellipse', { cx: '15.7', cy: '13', rx: '2', ry: '3.3', fill: '#292f33' }],
    ],
  },
  '✅': {
    name: 'done',
    shapes: [
      ['rect', { x: '2', y: '2', width: '20', height: '20', rx: '5', fill: '#54a83c' }],
      [
        'path',
        {
          fill: 'none',
          stroke: '#fff',
          'stroke-width': '2.8',
          'stroke-linecap': 'round',
          'stroke-linejoin': 'round',
          d: 'M7 12.5l3.5 3.5L17 8.5',
        },
      ],
    ],
  },
  '🚀': {
    name: 'rocket',
    shapes: [
      ['path', { fill: '#e5455f', d: 'M7 12l-4.5 1.5 4-5h4zM12 17l-1.5 4.5 5-4v-4z' }],
      ['path', { fill: '#d5dde5', d: 'M7 13c2-6 6.5-10.5 14.5-10.5C21.5 10.5 17 15 11 17z' }],
      ['circle', { cx: '15.5', cy: '8.5', r: '2.2', fill: '#3b88c3' }],
      ['path', { fill: '#ffac33', d: 'M6.5 15.5l2 2c-.7 2.3-3 3.5-6 4 .5-3 1.7-5.3 4-6z' }],
    ],
  },
  '😮': {
    name: 'surprised',
    shapes: [
      face,
      ['ellipse', { cx: '12', cy: '16', rx: '2.5', ry: '3.2', fill: '#664500' }],
      ['ellipse', { cx: '8.3', cy: '9.5', rx: '1.3', ry: '1.9', fill: '#664500' }],
      ['ellipse', { cx: '15.7', cy: '9.5', rx: '1.3', ry: '1.9', fill: '#664500' }],
    ],
  },
};

export const offeredEmoji = Object.keys(drawings);

const drawn = new RegExp(`(${offeredEmoji.join('|')})`, 'u');

/** Named after itself, so that a screen reader says it. */
export function emojiElement(emoji: string): Element {
  const drawing = drawings[emoji];
  if (drawing === undefined) return element('span', { class: 'emoji-text' }, emoji);
  return svgElement(
    'svg',
    { class: 'emoji', viewBox: '0 0 24 24', role: 'img', 'aria-label': drawing.name },
    ...drawing.shapes.map(([tag, attributes]) => svgElement(tag, attributes)),
  );
}

export function emojiName(emoji: string): string {
  return drawings[emoji]?.name ?? emoji;
}

/** A text with the emoji in it drawn. */
export function withEmoji(text: string): (Element | string)[] {
  return text
    .split(drawn)
    .filter((piece) => piece !== '')
    .map((piece) => (Object.hasOwn(drawings, piece) ? emojiElement(piece) : piece));
}

/** Whether there is nothing but one to three emoji: they are shown large. */
export function isEmojiOnly(text: string): boolean {
  return /^(?:\p{RGI_Emoji}\s?){1,3}$/v.test(text);
}
