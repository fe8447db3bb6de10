import type { TestApp } from './test-app.js';

/** How the database answered one query. */
export interface Explained {
  /** The names of the indexes that it read. */
  indexes: string[];
  /** It read the whole collection. */
  isCollectionScan: boolean;
  /** It sorted in memory. */
  sorts: boolean;
  returned: number;
  documentsExamined: number;
}

interface Stage {
  stage?: string;
  indexName?: string;
  [inner: string]: unknown;
}

interface Explanation {
  queryPlanner?: { winningPlan: Stage };
  executionStats?: { nReturned: number; totalDocsExamined: number };
  stages?: { $cursor?: Explanation }[];
}

/**
 * Lets a server do something and explains every query of it to one collection: the very commands that it sent. The server
 * must have been started with `LOG_DB_QUERIES`.
 */
export async function explained(app: TestApp, collection: string, work: () => Promise<unknown>): Promise<Explained[]> {
  const commands: Record<string, unknown>[] = [];
  const client = app.connection.getClient();
  const remember = ({ commandName, command }: { commandName: string; command: Record<string, unknown> }) => {
    if (['find', 'aggregate', 'count'].includes(commandName) && command[commandName] === collection) {
      const { lsid: _session, $db: _database, ...asked } = command;
      commands.push(asked);
    }
  };
  client.on('commandStarted', remember);
  try {
    await work();
  } finally {
    client.off('commandStarted', remember);
  }
  return Promise.all(
    commands.map(async (command) => {
      const answer = await app.connection.db!.command({ explain: command, verbosity: 'executionStats' });
      return summarize(answer);
    }),
  );
}

function summarize(explanation: Explanation): Explained {
  const { queryPlanner, executionStats } = explanation.stages?.[0]?.$cursor ?? explanation;
  const stages = [...stagesOf(queryPlanner?.winningPlan)];
  return {
    indexes: stages.flatMap(({ indexName }) => (indexName === undefined ? [] : [indexName])),
    isCollectionScan: stages.some(({ stage }) => stage === 'COLLSCAN'),
    sorts: stages.some(({ stage }) => stage === 'SORT'),
    returned: executionStats?.nReturned ?? 0,
    documentsExamined: executionStats?.totalDocsExamined ?? 0,
  };
}

/** A stage and all that feed it: what has a name of its own lies somewhere in the plan. */
function* stagesOf(plan: unknown): Iterable<Stage> {
  if (typeof plan !== 'object' || plan === null) return;
  if ('stage' in plan) yield plan as Stage;
  for (const inner of Object.values(plan)) yield* stagesOf(inner);
}
