type Found<T> = Exclude<T, undefined | null | false>;

/** Polls until `probe` gives something true, for the parts of the world that take their own time. */
export const eventually = async <T>(
  probe: () => T | Promise<T>,
  what: string,
  ms = 10_000,
): Promise<Found<T>> => {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await probe();
    if (value) return value as Found<T>;
    if (performance.now() > deadline) throw new Error(`Did not happen in ${ms} ms: ${what}`);
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 5);
    await promise;
  }
};
