import { globSync, readFileSync } from 'node:fs';

interface SourceFile {
  path: string;
  lines: string[];
}

const files: SourceFile[] = globSync('{bench,client/src,client/test,contract,src,tools,web}/**/*.ts')
  .sort()
  .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n') }));

/** Where a line matches, as `path:line`. */
function findLines(pattern: RegExp, where: (path: string) => boolean = () => true): string[] {
  return files
    .filter(({ path }) => where(path))
    .flatMap(({ path, lines }) => lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])));
}

describe('the house rules that no linter holds', () => {
  it('has something to look at', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('keeps every file at 350 lines or less', () => {
    expect(
      files.filter(({ lines }) => lines.length > 351).map(({ path, lines }) => `${path}: ${lines.length}`),
    ).toEqual([]);
  });

  it('leaves nothing to be done later in comments', () => {
    expect(findLines(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });

  it('keeps no code in comments', () => {
    expect(findLines(/^\s*\/\/\s*(import|export|const|let|return|await|if \(|}).*[;{}]\s*$/)).toEqual([]);
  });

  it('names files in kebab-case, with their role behind a dot', () => {
    const unusual = files.filter(({ path }) => !/^([a-z0-9-]+\/)+[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(path));
    expect(unusual.map(({ path }) => path)).toEqual([]);
  });

  it('refers to no folder of the machine it was written on', () => {
    expect(findLines(/["'`](\/home\/|\/Users\/|\/root\/)/)).toEqual([]);
  });
});
