import type { ConnectionPool } from "#adapters/postgres/connection.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray, textArray } from "#adapters/postgres/sql/array-literal.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { PartSet, StoredPart } from "#core/ports/traffic.ts";

const setIndexOf = (index: BlindIndex, { from, to, reference, total }: PartSet): string =>
  index.of("set", JSON.stringify([from, to, reference, total]));

interface PartRow {
  readonly key: string;
  readonly joined: boolean;
  readonly payload: Buffer;
}

/** Undoes PostgreSQL's dashes. */
export const hexOf = (uuid: string): string => uuid.replaceAll("-", "");

interface StoredPartsOptions {
  readonly pool: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

export const storedParts = ({ pool, index, sealed }: StoredPartsOptions) => {
  const text = `select key, joined, payload from inbound_part
where set_index = any ($1::uuid[]) and payload is not null order by position`;
  return async (sets: readonly PartSet[]): Promise<readonly StoredPart[]> => {
    if (sets.length === 0) return [];
    const blind = await index();
    const wanted = plainArray([...new Set(sets.map((set) => setIndexOf(blind, set)))]);
    const connection = await pool.connect();
    try {
      const { rows } = await connection.query<PartRow>({ name: "parts", text, values: [wanted] });
      // An unreadable part counts as one that has not come: its text is joined without it when its time is over.
      return rows.flatMap(({ key, joined, payload }) => {
        const part = sealed.openPart(hexOf(key), payload);
        return part.ok ? [{ ...part.value, isJoined: joined }] : [];
      });
    } finally {
      connection.release();
    }
  };
};

const WAIT = `insert into inbound_part (key, id, set_index, part, total, received_at, position, payload)
select key, id, set_index, part, total, received_at, position, payload
from (
  select i.*, nextval('part_position') as position
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::smallint[], $6::bigint[], $7::bytea[])
    with ordinality as i (key, id, set_index, part, total, received_at, payload, ordinal)
  order by ordinal) i
where not exists (select from message m where m.key = i.key and m.id >= $8)
order by key
on conflict (key) do nothing`;

/** Keeps parts until their text can be joined. Those that are known stay as they are; of messages, those from the id `since` on. */
export const keepParts = async (
  execute: Execute,
  sealed: SealedValues,
  index: BlindIndex,
  inbound: readonly InboundMessage[],
  since: string,
): Promise<void> => {
  const parts = inbound.map((message) => {
    const part = toStoredPart(message);
    return { id: message.id, part, setIndex: setIndexOf(index, part) };
  });
  await keepWaiting(execute, sealed, index, parts, since);
};

/** What waits under the key of a part, and under the index of what it waits with. */
export interface Waiting {
  readonly id: string;
  readonly part: StoredPart;
  readonly setIndex: string;
}

export const keepWaiting = async (
  execute: Execute,
  sealed: SealedValues,
  index: BlindIndex,
  parts: readonly Waiting[],
  since: string,
): Promise<void> => {
  if (parts.length === 0) return;
  const keys = parts.map(({ part }) => index.of("key", part.key));
  await execute(WAIT, [
    plainArray(keys),
    plainArray(parts.map(({ id }) => id)),
    plainArray(parts.map(({ setIndex }) => setIndex)),
    plainArray(parts.map(({ part }) => part.index)),
    plainArray(parts.map(({ part }) => part.total)),
    plainArray(parts.map(({ part }) => part.receivedAt)),
    textArray(
      parts.map(({ part }, ordinal) => `\\x${sealed.sealPart(keys[ordinal]!, part).toString("hex")}`),
    ),
    since,
  ]);
};

const toStoredPart = (message: InboundMessage): StoredPart => {
  const { from, to, key, text, receivedAt, link, part } = message;
  if (part === null) throw new Error("Cannot wait for more of a text that came in one piece");
  return {
    from,
    to,
    reference: part.reference,
    total: part.total,
    key,
    index: part.index,
    text,
    receivedAt,
    link,
    isJoined: false,
  };
};

/** Of these keys those whose parts are still to be joined; nobody else joins them while the transaction lasts. */
export const lockParts = async (execute: Execute, keys: readonly string[]): Promise<ReadonlySet<string>> => {
  if (keys.length === 0) return new Set();
  const rows = await execute<{ key: string }>(
    "select key from inbound_part where key = any ($1::uuid[]) and not joined order by key for update",
    [plainArray(keys)],
  );
  return new Set(rows.map(({ key }) => hexOf(key)));
};

/** The keys stay, so that a part that comes again is a duplicate, and so do the words for a while, for those that repeat them. */
export const consumeParts = async (execute: Execute, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await execute("update inbound_part set joined = true where key = any ($1::uuid[]) and not joined", [
    plainArray(keys),
  ]);
};
