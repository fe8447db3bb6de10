import { chart } from './chart.js';
import { chartDefinitions } from './chart-definitions.js';
import { databaseFacts } from './database-facts.js';
import { cachesTable, liveGroupsTable, slowQueriesTable, topGroupsTable } from './database-tables.js';
import { endpointsTable } from './endpoints-table.js';
import { factList } from './facts.js';
import { connectionsTable, errorsTable, requestsTable, slowRequestsTable, socketEventsTable } from './log-tables.js';
import { performanceFacts } from './performance-facts.js';
import { realtimeFacts } from './realtime-facts.js';
import { systemFacts } from './system-facts.js';
import { panel, type View } from './view.js';

/** Everything below the status bar, in the order in which it is read. */
export function panels(): View[] {
  return [
    ...chartDefinitions.map((definition) => panel(definition.id, definition.heading, chart(definition))),
    panel('system', 'System', factList('facts', systemFacts)),
    panel('database', 'Database', factList('facts', databaseFacts)),
    panel('realtime', 'Realtime', factList('facts', realtimeFacts)),
    panel('performance', 'Performance, last 5 min', factList('facts', performanceFacts)),
    panel('endpoints', 'Endpoints, last hour', endpointsTable()),
    panel('top-groups', 'Top groups', topGroupsTable()),
    panel('live-groups', 'Live groups', liveGroupsTable()),
    panel('caches', 'Caches', cachesTable()),
    panel('requests', 'Request log', requestsTable()),
    panel('errors', 'Error log', errorsTable()),
    panel('socket-events', 'Socket event log', socketEventsTable()),
    panel('connections', 'Connection log', connectionsTable()),
    panel('slow-requests', 'Slow requests', slowRequestsTable()),
    panel('slow-queries', 'Slow queries', slowQueriesTable()),
  ];
}
