import type { CpuProfile, ProfileNode } from './inspector.js';

export interface Share {
  name: string;
  /** Of the time in which the process did something, in percent. */
  percent: number;
}

export interface ProfileSummary {
  /** Where the time goes by itself, without what is called from there. */
  functions: Share[];
  /** The same by package, with our own modules, Node and the engine as packages. */
  packages: Share[];
  /** Our own functions with all that is called from them; these overlap. */
  ours: Share[];
}

const notWork = new Set(['(idle)', '(root)']);

/** Several profiles of the same work in short, the most expensive first. */
export function summarise(profiles: readonly CpuProfile[], count: number): ProfileSummary {
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  const ours = new Map<string, number>();
  let total = 0;
  for (const profile of profiles) {
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
    for (const [index, id] of profile.samples.entries()) {
      const node = nodes.get(id);
      if (node === undefined || notWork.has(node.callFrame.functionName)) continue;
      const micros = profile.timeDeltas[index] ?? 0;
      total += micros;
      add(functions, nameOf(node), micros);
      add(packages, packageOf(node), micros);
      for (const name of namesOfOurs(node, nodes, parents)) add(ours, name, micros);
    }
  }
  const most = (micros: Map<string, number>) =>
    [...micros]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, time]) => ({ name, percent: (time / total) * 100 }));
  return { functions: most(functions), packages: most(packages), ours: most(ours) };
}

/** Each of our functions on the stack once, also when it called itself. */
function namesOfOurs(
  node: ProfileNode,
  nodes: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): Set<string> {
  const names = new Set<string>();
  for (let at: ProfileNode | undefined = node; at !== undefined; at = nodes.get(parents.get(at.id) ?? -1)) {
    if (packageOf(at).startsWith('src/')) names.add(nameOf(at));
  }
  return names;
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
}

function packageOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return 'node';
  const [first = '', second = ''] = placeOf(url).split('/');
  return first === 'src' || first.startsWith('@') ? `${first}/${second}` : first;
}

/** Path below the folder of packages, or of what is built. */
function placeOf(url: string): string {
  const inPackage = url.lastIndexOf('/node_modules/');
  return inPackage === -1 ? url.replace(/^.*?\/dist\//, '') : url.slice(inPackage + '/node_modules/'.length);
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}
