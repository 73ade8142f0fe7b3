import type { Execute } from "#adapters/postgres/execute.ts";
import { textArray } from "#adapters/postgres/sql/array-literal.ts";
import type { Unreadable } from "./keyring.ts";

/**
 * Tells values that wait for a process with another key from those that no process can open: a key is registered before anything is sealed
 * with it, so that an id that is not registered is a damaged one. Answers, in order, which of these are damaged.
 */
export const damagedAmong = async (
  execute: Execute,
  unreadable: readonly Unreadable[],
): Promise<readonly boolean[]> => {
  const strange = unreadable.filter(({ reason }) => reason === "unknown-key").map(({ keyId }) => keyId);
  if (strange.length === 0) return unreadable.map(() => true);
  const rows = await execute<{ id: string }>(REGISTERED, [textArray([...new Set(strange)])]);
  const registered = new Set(rows.map(({ id }) => id));
  return unreadable.map(({ reason, keyId }) => reason === "damaged" || !registered.has(keyId));
};

const REGISTERED = "select id from sealing_key where id = any ($1::text[])";
