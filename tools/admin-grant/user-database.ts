import { UserRecordsModule } from '../../src/users/user-records.module.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { withDatabase } from '../support/database-context.js';

/**
 * Does something with the users of the database that the settings name, without a server.
 *
 * @throws InvalidSettings, NoDatabaseError, EmbeddedMongodbError, or what the driver throws
 */
export function withUsers<Result>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (users: UsersRepository) => Promise<Result>,
): Promise<Result> {
  return withDatabase(environment, [UserRecordsModule], (context) =>
    work(context.get(UsersRepository, { strict: false })),
  );
}
