import { mongo } from 'mongoose';

/**
 * One call of a method of a repository breaks the connection: behind the write, so that its answer is lost, or before
 * it, so that nothing is written. Calls before and after it are as usual.
 *
 * @param nth which call from now on
 */
export function breakOnce<Repository extends object>(
  repository: Repository,
  method: keyof Repository & string,
  when: 'before' | 'after',
  nth = 1,
): void {
  const real = repository[method] as (...args: unknown[]) => Promise<unknown>;
  let calls = 0;
  const faulty = async (...args: unknown[]): Promise<unknown> => {
    calls += 1;
    if (calls < nth) return real.apply(repository, args);
    Reflect.deleteProperty(repository, method);
    if (when === 'after') await real.apply(repository, args);
    throw new mongo.MongoNetworkError('the connection was broken by a test');
  };
  Object.defineProperty(repository, method, { value: faulty, configurable: true });
}
