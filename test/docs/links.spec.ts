import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { markdownBlocks } from './markdown-blocks.js';

const files = ['README.md', 'CHANGELOG.md', 'client/README.md', ...globSync('docs/**/*.md')].sort();

/** The anchors of a file, as viewers of Markdown make them of headings. */
function anchorsOf(file: string): string[] {
  const counts = new Map<string, number>();
  return proseOf(file)
    .split('\n')
    .flatMap((line) => {
      const heading = /^#{1,6} (.+)$/.exec(line)?.[1];
      if (heading === undefined) return [];
      const slug = heading
        .replaceAll(/[`*]|\]\([^)]*\)/g, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
      const before = counts.get(slug) ?? 0;
      counts.set(slug, before + 1);
      return [before === 0 ? slug : `${slug}-${before}`];
    });
}

/** A file without its blocks of code. */
function proseOf(file: string): string {
  return markdownBlocks(file).reduce((text, { whole }) => text.replace(whole, ''), readFileSync(file, 'utf8'));
}

describe.each(files)('the links of %s', (file) => {
  it('lead to files of the repository, and to headings that are there', () => {
    const links = Array.from(proseOf(file).matchAll(/\]\(([^()\s]+)\)/g), ([, link]) => link!);
    const broken = links.filter((link) => {
      if (link.startsWith('https://')) return false;
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? file : posix.join(posix.dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('name no file of the repository that is not there', () => {
    const named = Array.from(
      proseOf(file).matchAll(/`((?:bench|client|contract|deploy|docs|scripts|src|test|tools|web)\/[\w./*{},-]*)`/g),
      ([, path]) => path!,
    );
    expect(named.filter((path) => globSync(path).length === 0)).toEqual([]);
  });
});
