import type { KeyUse } from "#adapters/postgres/sealing/key-use.ts";
import type { ResealProgress, ResealResult } from "#adapters/postgres/sealing/reseal.ts";

export const progressLine = ({ column, looked, resealed, unreadable }: ResealProgress): string =>
  `${column}: ${looked} looked at, ${resealed} sealed again, ${unreadable} unreadable`;

/** What each key is used for; `newest`: the id of the first key of ENCRYPTION_KEYS. */
export const keyLines = ({ values, connections }: KeyUse, newest: string): readonly string[] =>
  [...new Set([newest, ...values.keys(), ...connections.keys()])].map((id) => {
    const first = id === newest ? " (the first of ENCRYPTION_KEYS)" : "";
    return `key ${id}${first}: ${values.get(id) ?? 0} values, ${connections.get(id) ?? 0} connections seal with it`;
  });

/** Nothing is sealed again before these processes have the new key, and use it: they could not read it. */
export const stillSealingLines = (connections: ReadonlyMap<string, number>): readonly string[] =>
  [...connections].map(
    ([id, count]) =>
      `key ${id}: ${count} connections of processes seal with it still: restart them with the new key first, and call this again`,
  );

/** What came of sealing everything again. */
export const resultLines = ({ columns, byKey, retired, stillSealing }: ResealResult): readonly string[] => [
  ...columns.map(progressLine),
  ...[...byKey].map(([id, count]) => `key ${id}: ${count} values`),
  ...stillSealingLines(stillSealing),
  ...retired.map((id) => `key ${id} seals nothing any more: take it out of ENCRYPTION_KEYS`),
];

/** Whether everything is of the newest key, and will be. */
export const isRotated = ({ byKey, stillSealing }: ResealResult, newest: string): boolean =>
  stillSealing.size === 0 && [...byKey.keys()].every((id) => id === newest);
