import type { TestApp } from './test-app.js';

type Document = Record<string, unknown>;

/** How the database answers one query: all that it looks at, also within a `$lookup`. */
export interface QueryPlan {
  collection: string;
  /** Every stage that reads, with the index that it reads: `IXSCAN groupId_1_seq_1`. */
  reads: string[];
  returned: number;
  documentsExamined: number;
  keysExamined: number;
  /** How many places of an index it goes to: the end of each costs one key. */
  ranges: number;
}

const readCommands = ['find', 'aggregate', 'count'];

/**
 * Lets a server do something and explains every query of it: the very commands that it sent. The server must have been
 * started with `LOG_DB_QUERIES`.
 */
export async function queryPlans(app: TestApp, work: () => Promise<unknown>): Promise<QueryPlan[]> {
  const commands: Document[] = [];
  const client = app.connection.getClient();
  const remember = ({ commandName, command }: { commandName: string; command: Document }) => {
    if (!readCommands.includes(commandName)) return;
    const { lsid: _session, $db: _database, ...asked } = command;
    commands.push(asked);
  };
  client.on('commandStarted', remember);
  try {
    await work();
  } finally {
    client.off('commandStarted', remember);
  }
  const plans: QueryPlan[] = [];
  for (const command of commands) {
    const answer: Document = await app.connection.db!.command({ explain: command, verbosity: 'executionStats' });
    const collection = readCommands.map((name) => command[name]).find((name) => typeof name === 'string');
    plans.push(summarise(collection ?? '', answer));
  }
  return plans;
}

/**
 * What is wrong with a plan by the rule for lists; `null` when nothing is.
 *
 * @param areKeysFree what is passed over in an index, unread, does not count
 */
export function faultOf(
  { reads, returned, documentsExamined, keysExamined, ranges }: QueryPlan,
  areKeysFree = false,
): string | null {
  if (reads.length === 0) return 'no index is told of';
  const bare = reads.filter(
    (read) => !/^(IXSCAN|DISTINCT_SCAN|COUNT_SCAN|EXPRESS_IXSCAN|IDHACK|LOOKUP) \S+/.test(read),
  );
  if (bare.length > 0) return bare.join(', ');
  if (documentsExamined > 3 * returned) return `${documentsExamined} documents for ${returned}`;
  if (!areKeysFree && keysExamined > 3 * returned + ranges)
    return `${keysExamined} keys for ${returned} in ${ranges} ranges`;
  return null;
}

function summarise(collection: string, explanation: Document): QueryPlan {
  const [first, ...rest] = (explanation['stages'] as Document[] | undefined) ?? [];
  const { queryPlanner, executionStats } = (first?.['$cursor'] ?? explanation) as Document;
  const plan: QueryPlan = {
    collection,
    reads: [],
    returned: numberOf(executionStats, 'nReturned'),
    documentsExamined: numberOf(executionStats, 'totalDocsExamined'),
    keysExamined: numberOf(executionStats, 'totalKeysExamined'),
    ranges: 0,
  };
  for (const stage of stagesOf((queryPlanner as Document)['winningPlan'])) addStage(plan, stage);
  for (const stage of rest.filter((one) => '$lookup' in one)) addLookup(plan, stage);
  const asked = JSON.stringify(explanation['command'] ?? {});
  if (asked.includes('"$sum"')) {
    // What is counted comes as one row, and was returned by a stage below.
    const stages = [...stagesOf((executionStats as Document)['executionStages'])];
    plan.returned = Math.max(plan.returned, ...stages.map((stage) => numberOf(stage, 'nReturned')));
  } else if (asked.includes('"$group"') && rest.length > 0) {
    // Of what is grouped one row of each group was asked for.
    plan.returned = numberOf(rest.at(-1), 'nReturned');
  }
  return plan;
}

function addStage(plan: QueryPlan, stage: Document): void {
  const name = String(stage['stage']);
  const index = (stage['indexName'] as string | undefined) ?? '_id_';
  if (name === 'COLLSCAN') plan.reads.push(name);
  if (/SCAN|IDHACK/.test(name) && name !== 'COLLSCAN') plan.reads.push(`${name} ${index}`);
  const bounds = stage['indexBounds'] as Record<string, string[]> | undefined;
  plan.ranges += Object.values(bounds ?? { one: [''] }).reduce((product, { length }) => product * length, 1);
}

function addLookup(plan: QueryPlan, stage: Document): void {
  const indexes = (stage['indexesUsed'] as string[] | undefined) ?? [];
  if (numberOf(stage, 'collectionScans') > 0) plan.reads.push('COLLSCAN');
  plan.reads.push(...indexes.map((index) => `LOOKUP ${index}`));
  plan.returned += numberOf(stage, 'nReturned');
  plan.documentsExamined += numberOf(stage, 'totalDocsExamined');
  plan.keysExamined += numberOf(stage, 'totalKeysExamined');
}

function numberOf(of: unknown, key: string): number {
  return Number((of as Document | undefined)?.[key] ?? 0);
}

/** A stage and all that feed it: what has a name of its own lies somewhere in the plan. */
function* stagesOf(plan: unknown): Iterable<Document> {
  if (typeof plan !== 'object' || plan === null) return;
  if ('stage' in plan) yield plan;
  for (const inner of Object.values(plan)) yield* stagesOf(inner);
}
