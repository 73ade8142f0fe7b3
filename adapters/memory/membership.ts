import { PARTITIONS } from "#core/domain/partition.ts";
import type { Membership } from "#core/ports/dispatch.ts";
import type { DispatcherRow, MemoryTables, StoredMessage } from "./tables.ts";

/** Declares dead whoever has been silent for a lease (or `leaving`); answers what became free. */
export const expireDispatchers = (
  tables: MemoryTables,
  now: number,
  leaving: DispatcherRow | null = null,
): Membership["recovered"] => {
  let messages = 0;
  const dead = leaving
    ? [leaving]
    : [...tables.dispatchers.values()].filter((row) => !row.dead && now - row.beatAt >= row.leaseMs);
  for (const row of dead) {
    row.dead = true;
    const silentAt = leaving ? now : row.beatAt + row.silentAfterMs;
    for (const partition of ownedBy(tables, row.id)) free(tables, partition, silentAt);
    // breakage: expire-with-its-messages
    for (const message of tables.unsent.values()) if (giveBack(message, row)) messages += 1;
  }
  return { dispatchers: dead.length, messages };
};

/** A message keeps its place among the unsent ones, which is ahead of all that were born later. */
const giveBack = (message: StoredMessage, dead: DispatcherRow): boolean => {
  const { place } = message;
  if (place.state === "claimed" && place.by === dead.id) {
    message.place = { state: "queued", dueAt: place.dueAt };
    return true;
  }
  if (place.state === "owned" && place.by === dead.id && message.id >= dead.recoverFrom) {
    message.place = { state: "queued", dueAt: message.receivedAt };
    return true;
  }
  return false;
};

/** `at`: when its owner may last have had something on its way to a carrier. */
export const free = (tables: MemoryTables, partition: number, at: number): void => {
  tables.owners[partition] = null;
  tables.freedAt[partition] = at;
};

/** Takes free partitions up to an even share; answers the size of the share. */
export const takeFree = (tables: MemoryTables, row: DispatcherRow): number => {
  const members = eligible(tables);
  const share = members.includes(row) ? Math.ceil(PARTITIONS / members.length) : 0;
  let owned = ownedBy(tables, row.id).length;
  for (let partition = 0; partition < PARTITIONS && owned < share; partition += 1) {
    if (tables.owners[partition] !== null) continue;
    tables.owners[partition] = row.id;
    owned += 1;
  }
  return share;
};

export const membershipOf = (
  tables: MemoryTables,
  row: DispatcherRow,
  share: number,
  now: number,
  recovered: Membership["recovered"],
): Membership => {
  const partitions = ownedBy(tables, row.id);
  return {
    partitions,
    release: partitions.slice(share),
    dispatchers: eligible(tables).length,
    idleMs: now - Math.max(...partitions.map((partition) => tables.freedAt[partition]!)),
    recovered,
    storageNow: now,
    linkSettings: [...tables.linkSettings.values()],
  };
};

export const ownedBy = (tables: MemoryTables, dispatcher: string): readonly number[] => {
  const owned: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    if (tables.owners[partition] === dispatcher) owned.push(partition);
  return owned;
};

/** Gateways, while one lives; otherwise everybody. */
const eligible = (tables: MemoryTables): readonly DispatcherRow[] => {
  const living = [...tables.dispatchers.values()].filter(({ dead }) => !dead);
  const gateways = living.filter(({ kind }) => kind === "gateway");
  return gateways.length > 0 ? gateways : living;
};
