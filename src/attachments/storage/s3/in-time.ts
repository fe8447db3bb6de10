/**
 * @returns what `work` comes to
 * @throws an error named `TimeoutError` when that takes longer than `timeoutMs`
 */
export async function inTime<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(Object.assign(new Error(`nothing came for ${timeoutMs} ms`), { name: 'TimeoutError' }));
  }, timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
