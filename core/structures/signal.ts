/** Something that others want to hear of. */
export interface Signal {
  /** Calls every listener, in the turn in which it is raised. */
  raise(): void;
  /** Listeners must not throw. Answers a function that ends the listening. */
  on(listener: () => void): () => void;
}

export const createSignal = (): Signal => {
  /** Replaced, never changed: a listener may come or go while the others are being called. */
  let listeners: readonly (() => void)[] = [];
  return {
    raise: () => {
      for (const listener of listeners) listener();
    },
    on: (listener) => {
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((each) => each !== listener);
      };
    },
  };
};
