import { aPerson, type Person } from './people.js';
import type { TestApp } from './test-app.js';

/** Someone whom an operator of the server has made an admin (`npm run admin:grant`). */
export async function anAdmin(app: TestApp): Promise<Person> {
  const person = await aPerson(app);
  await app.connection.collection<{ _id: string }>('users').updateOne({ _id: person.id }, { $set: { role: 'admin' } });
  // The server keeps users in memory; a login makes it look again.
  return person.logInAgain();
}
