import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { PARTITIONS } from "./partition-tables.ts";

/**
 * When the first period ends, which has everything from before there were periods: 0 once it has left. Loaded when first wanted; a
 * failure is tried again at the next want. It may be out of date in one way only: what has left is too old to matter.
 */
export const firstPeriodEnd = (db: Kysely<Schema>): (() => Promise<number>) => {
  let loading: Promise<number> | null = null;
  const load = async (): Promise<number> => {
    const [first] = await executeIn(db)<{ ends_at: number }>(
      `select ends_at from (${PARTITIONS}) t where suffix = '_first'`,
    );
    return first?.ends_at ?? 0;
  };
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
};
