/** How long a condition may take on a busy machine; a test that waits longer is wrong, not slow. */
const defaultTimeoutMs = 10_000;

/**
 * Waits for a condition instead of for a time: `check` is asked again and again until it returns something other than
 * `undefined` or `false`, or stops to throw.
 */
export async function eventually<Result>(
  check: () => Result | undefined | false | Promise<Result | undefined | false>,
  timeoutMs = defaultTimeoutMs,
): Promise<Result> {
  const deadline = Date.now() + timeoutMs;
  let failure: unknown = new Error('the condition was never met');
  while (Date.now() < deadline) {
    try {
      const result = await check();
      if (result !== undefined && result !== false) return result;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw failure;
}
