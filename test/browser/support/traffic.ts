import type { MessageView } from '../../../contract/views.js';
import { ApiClient } from '../../support/api-client.js';
import { aPerson, type Person } from '../../support/people.js';
import type { TestApp } from '../../support/test-app.js';

/** What somebody who looks at the dashboard should find there. */
export interface Traffic {
  ada: Person;
  groupId: string;
  messages: MessageView[];
}

/** Two people in a group, one over each transport, who say something over REST and over their sockets. */
export async function someTraffic(app: TestApp): Promise<Traffic> {
  const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  const { id: groupId } = await ada.createGroup({ name: 'Engine room', memberIds: [bob.id] });
  const [socket] = await Promise.all([ada.connect(), bob.connectPlain()]);
  const messages: MessageView[] = [];
  for (let index = 0; index < 3; index += 1) messages.push(await ada.sendMessage(groupId));
  await socket.send('message', { groupId, content: 'over the socket' });
  // One that is refused.
  await new ApiClient(app.api).get('/users/me');
  return { ada, groupId, messages };
}
