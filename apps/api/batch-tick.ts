/**
 * Resolves when the connections that had something to read have been read. What waits for it goes on together, so that requests that
 * came at the same time share a batch; otherwise the first of them would be one by itself, and the others wait for it to be written.
 */
export const batchTick = (): (() => Promise<void>) => {
  let end: Promise<void> | null = null;
  return () => {
    end ??= new Promise((resolve) => {
      setImmediate(() => {
        end = null;
        resolve();
      });
    });
    return end;
  };
};
