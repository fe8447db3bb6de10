import { attachmentRows } from './access-matrix-attachments.js';
import type { RouteRow } from './access-matrix-cells.js';
import { accountsRows } from './access-matrix-routes-accounts.js';
import { groupsRows } from './access-matrix-routes-groups.js';
import { membersRows } from './access-matrix-routes-members.js';
import { messageChangesRows } from './access-matrix-routes-message-changes.js';
import { messagesRows } from './access-matrix-routes-messages.js';
import { operationsRows } from './access-matrix-routes-operations.js';
import { observatoryRows } from './access-matrix-routes-observatory.js';

/** Every route, some of them on several things. */
export const routeRows: readonly RouteRow[] = [
  ...accountsRows,
  ...groupsRows,
  ...membersRows,
  ...messagesRows,
  ...messageChangesRows,
  ...attachmentRows,
  ...operationsRows,
  ...observatoryRows,
];
