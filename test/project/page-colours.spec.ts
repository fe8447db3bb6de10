import { readFileSync } from 'node:fs';

const css = readFileSync('web/shared/tokens.css', 'utf8');

/** The colours of one theme, by name. */
function themeOf(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}', 1)[0] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name ?? '', color ?? '']),
  );
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = parseInt(color.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

const grounds = ['ground', 'surface', 'surface-raised', 'red-ground', 'orange-ground'];
const texts = ['text', 'text-strong', 'text-dim', 'accent', 'green', 'orange', 'red'];
const lines = ['series-1', 'series-2', 'series-3', 'series-4', 'line-strong'];

describe('the colours of the pages', () => {
  const dark = themeOf(':root');
  const light = themeOf(":root[data-theme='light']");

  it('are the same in name, dark and light', () => {
    expect([...light.keys()].sort()).toEqual([...dark.keys()].sort());
    expect(dark.size).toBeGreaterThan(15);
  });

  it('measures contrast as WCAG does', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
  });

  describe.each([
    ['dark', dark],
    ['light', light],
  ])('%s', (_name, theme) => {
    const colorOf = (name: string): string => theme.get(name)!;

    it.each(texts)('can be read on every ground: %s', (text) => {
      const tooFaint = grounds.filter((ground) => contrastOf(colorOf(text), colorOf(ground)) < 4.5);
      expect(tooFaint).toEqual([]);
    });

    it.each(lines)('can be told from every ground of a page: %s', (line) => {
      const tooFaint = ['ground', 'surface'].filter((ground) => contrastOf(colorOf(line), colorOf(ground)) < 3);
      expect(tooFaint).toEqual([]);
    });
  });
});
