import { noAnswer, problemError, problemOf } from "./problem.ts";
import type { Transport } from "./transport.ts";

/** Waits for pieces of a stream: `within` ends what takes longer, and makes a problem of whatever breaks, with `cause` where it was silent. */
export const patience = (
  { sleep }: Pick<Transport, "sleep">,
  signal: AbortSignal | undefined,
  broken: string,
) => ({
  within: async <T>(ms: number, running: Promise<T>, cause: unknown = null): Promise<T> => {
    const isThere = new AbortController();
    const silence = sleep(ms, isThere.signal).then(
      () => Promise.reject(problemError(noAnswer(`The stream was silent for ${ms} ms`), cause)),
      () => new Promise<never>(() => {}),
    );
    try {
      return await Promise.race([running, silence]);
    } catch (error) {
      signal?.throwIfAborted();
      throw problemOf(error) ? error : problemError(noAnswer(broken), error);
    } finally {
      isThere.abort();
    }
  },
});
