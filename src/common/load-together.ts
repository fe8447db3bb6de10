import DataLoader from 'dataloader';

/** The longest that questions gather when nothing else holds them back. */
const maxRestMs = 50;

/**
 * What is asked for at about the same time is read together: when a network comes back, hundreds connect at once, and
 * each asks for the same few things. A question that comes alone is read at once. Otherwise one read is under way at a
 * time, and after it nothing is read for as long as it took, so that those who come in a stream are let in meanwhile and
 * share the next; without the rest, each one was read alone as fast as the database could. Nothing is kept: each answer
 * was read after its question.
 *
 * @param read the values of some keys, in their order; what is slow for some keys only belongs behind it
 * @param maxTogether keys of one `read`
 */
export function loadTogether<Key, Value>(
  read: (keys: readonly Key[]) => Promise<Value[]>,
  maxTogether: number,
): (key: Key) => Promise<Value> {
  const waiting: (() => void)[] = [];
  let isBusy = false;
  const dispatchNext = () => {
    if (isBusy) return;
    waiting.shift()?.();
  };
  const goOn = () => {
    isBusy = false;
    dispatchNext();
  };
  const loader = new DataLoader<Key, Value>(
    async (keys) => {
      isBusy = true;
      const startedAt = performance.now();
      try {
        return await read(keys);
      } finally {
        const isStream = keys.length > 1 || waiting.length > 0;
        if (isStream) setTimeout(goOn, Math.min(performance.now() - startedAt, maxRestMs));
        else goOn();
      }
    },
    {
      cache: false,
      maxBatchSize: maxTogether,
      batchScheduleFn: (dispatch) => {
        waiting.push(dispatch);
        // Not before this turn is over: whoever else asks in it comes along.
        setImmediate(dispatchNext);
      },
    },
  );
  return (key) => loader.load(key);
}
