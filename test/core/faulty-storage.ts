import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What befalls one call: it takes time, and is lost before it has its effect, or its answer after. */
export interface Fault {
  readonly beforeMs?: number;
  readonly afterMs?: number;
  readonly lost?: "request" | "answer";
}

export type Method =
  `${"traffic" | "dispatch" | "reconciliation" | "conversations" | "numbers" | "sums"}.${string}`;

/** Storage over a slow and unreliable network. The wrapped storage is the real one in all else. */
export const faultyStorage = (
  storage: Storage,
  time: VirtualTime,
  faultOf: (method: Method, input: readonly unknown[]) => Fault | null,
): Storage => {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void time.timer.after(ms, resolve));
  const wrap = <T extends object>(port: T, name: string): T =>
    new Proxy(port, {
      get: (target, key, receiver) => {
        const value: unknown = Reflect.get(target, key, receiver);
        if (typeof value !== "function" || String(key).startsWith("on")) return value;
        return async (...input: readonly unknown[]) => {
          const fault = faultOf(`${name}.${String(key)}` as Method, input);
          if (fault?.beforeMs) await wait(fault.beforeMs);
          if (fault?.lost === "request") throw new StorageUnavailable("the request was lost");
          const answer: unknown = await value.apply(target, input);
          if (fault?.afterMs) await wait(fault.afterMs);
          if (fault?.lost === "answer") throw new StorageUnavailable("the answer was lost");
          return answer;
        };
      },
    });
  return {
    ...storage,
    traffic: wrap(storage.traffic, "traffic"),
    dispatch: wrap(storage.dispatch, "dispatch"),
    reconciliation: wrap(storage.reconciliation, "reconciliation"),
    conversations: wrap(storage.conversations, "conversations"),
    numbers: wrap(storage.numbers, "numbers"),
    sums: wrap(storage.sums, "sums"),
  };
};
