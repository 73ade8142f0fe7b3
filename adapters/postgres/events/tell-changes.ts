import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { textArray } from "#adapters/postgres/sql/array-literal.ts";
import { NO_STATE, type StateChange } from "#core/ports/events.ts";
import { tell } from "./tell.ts";

interface Row {
  readonly subject: string;
  readonly state: string;
}

const READ = "select subject, state from told_state where subject = any ($1)";

/** Writes nothing where they are there, so that whoever waits for the lock has no transaction id yet: see decision 26. */
const ADD = `insert into told_state (subject, state) select subject, '${NO_STATE}' from unnest($1::text[]) as n (subject)
where not exists (select from told_state t where t.subject = n.subject) order by subject on conflict do nothing`;

const LOCK = "select subject, state from told_state where subject = any ($1) order by subject for update";

const CHANGE = `update told_state t set state = n.state from unnest($1::text[], $2::text[]) as n (subject, state)
where t.subject = n.subject`;

/**
 * Tells of what is not in its state yet, in one transaction; answers that. `decide` decides again once what may change is locked, as others
 * may have told meanwhile.
 */
export const tellChanges = async (
  db: Kysely<Schema>,
  changes: readonly StateChange[],
  decide: (execute: Execute) => Promise<readonly StateChange[]> = async () => changes,
): Promise<readonly StateChange[]> => {
  const execute = executeIn(db);
  const subjects = textArray(changes.map(({ of }) => of));
  if (changes.length === 0 || changedAmong(changes, await execute<Row>(READ, [subjects])).length === 0)
    return [];
  await execute(ADD, [subjects]);
  return db.transaction().execute(async (trx) => {
    const run = executeIn(trx);
    const locked = await run<Row>(LOCK, [subjects]);
    const known = new Set(locked.map(({ subject }) => subject));
    const changed = changedAmong(
      (await decide(run)).filter(({ of }) => known.has(of)),
      locked,
    );
    if (changed.length === 0) return [];
    await run(CHANGE, [textArray(changed.map(({ of }) => of)), textArray(changed.map(({ state }) => state))]);
    await tell(
      run,
      changed.flatMap(({ event }) => (event === null ? [] : [event])),
    );
    return changed;
  });
};

const changedAmong = (changes: readonly StateChange[], rows: readonly Row[]): readonly StateChange[] => {
  const stateOf = new Map(rows.map(({ subject, state }) => [subject, state]));
  return changes.filter(({ of, state }) => (stateOf.get(of) ?? NO_STATE) !== state);
};
