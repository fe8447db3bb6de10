import { dashboardThresholds, type EndpointRow } from '../../contract/dashboard.js';
import { count, duration, percent, shortCount } from '../shared/format.js';
import { DataTable } from './data-table.js';
import { gradeOf } from './level.js';
import type { View } from './view.js';

const errorPercent = ({ errors, requests }: EndpointRow): number => (requests === 0 ? 0 : (errors / requests) * 100);

/** Every route that was asked for in the last hour; a click on a heading sorts. */
export function endpointsTable(): View {
  const table = new DataTable<EndpointRow>({
    label: 'Endpoints of the last hour',
    empty: 'No requests in the last hour',
    isFolding: true,
    keyOf: ({ method, route }) => `${method} ${route}`,
    sort: { column: 2, direction: 'descending' },
    columns: [
      { title: 'Method', width: 'method', cell: ({ method }) => method, sortBy: ({ method }) => method },
      { title: 'Route', cell: ({ route }) => ({ text: route, title: route }), sortBy: ({ route }) => route },
      {
        title: 'Requests',
        width: 'count',
        isNumber: true,
        cell: ({ requests }) => shortCount(requests),
        sortBy: ({ requests }) => requests,
      },
      {
        title: 'Refused',
        hint: 'Answers of 400 to 499',
        width: 'count',
        isNumber: true,
        isMinor: true,
        cell: ({ refused }) => shortCount(refused),
        sortBy: ({ refused }) => refused,
      },
      {
        title: 'Errors',
        hint: 'Answers of 500 and above',
        width: 'count',
        isNumber: true,
        cell: (row) => ({
          text: count(row.errors),
          title: percent(errorPercent(row)),
          level: gradeOf(errorPercent(row), dashboardThresholds.errorRatePercent),
        }),
        sortBy: ({ errors }) => errors,
      },
      {
        title: 'Average',
        width: 'duration',
        isNumber: true,
        isMinor: true,
        cell: ({ averageMs }) => ({
          text: duration(averageMs),
          level: gradeOf(averageMs, dashboardThresholds.averageResponseMs),
        }),
        sortBy: ({ averageMs }) => averageMs,
      },
      {
        title: 'p95',
        width: 'duration',
        isNumber: true,
        cell: ({ p95Ms }) => ({ text: duration(p95Ms), level: gradeOf(p95Ms, dashboardThresholds.p95ResponseMs) }),
        sortBy: ({ p95Ms }) => p95Ms,
      },
    ],
  });
  return { element: table.element, show: ({ data }) => table.show(data.endpoints) };
}
