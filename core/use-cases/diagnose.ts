import type { Clock } from "#core/ports/clock.ts";
import type { Inspection, StorageFacts } from "#core/ports/inspection.ts";

/** `bad`: something does not work, or will not soon. `warn`: somebody should look. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "bad";
  readonly detail: string;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const GIB = 2 ** 30;

/** Processes refuse to work where the clocks are further apart. */
const SKEW_BAD_MS = 30 * SECOND;
const SKEW_WARN_MS = 2 * SECOND;
const OLD_TRANSACTION_MS = 5 * MINUTE;
/** Processes make tables two periods ahead: of a week for messages, of a day for events. */
const MESSAGES_AHEAD_MS = 7 * DAY;
const EVENTS_AHEAD_MS = DAY;
const SLOT_BYTES = 10 * GIB;
const CONNECTIONS_SHARE = 0.85;

/** How a database is, check by check. Rejects as the inspection does. */
export const diagnose =
  ({ inspection, clock }: { readonly inspection: Inspection; readonly clock: Clock }) =>
  async (): Promise<readonly Finding[]> => {
    const before = clock.now();
    const facts = await inspection.inspect();
    return findingsOf(facts, (before + clock.now()) / 2);
  };

/** `now`: by our own clock, when it was asked. */
export const findingsOf = (facts: StorageFacts, now: number): readonly Finding[] => [
  engine(facts),
  schema(facts),
  clocks(facts, now),
  ahead("tables for messages", facts.messagesUntil, facts.now, MESSAGES_AHEAD_MS),
  ahead("tables for events", facts.eventsUntil, facts.now, EVENTS_AHEAD_MS),
  strays(facts),
  transactions(facts),
  locks(facts),
  connections(facts),
  space(facts),
];

const ok = (check: string, detail: string): Finding => ({ check, state: "ok", detail });
const warn = (check: string, detail: string): Finding => ({ check, state: "warn", detail });
const bad = (check: string, detail: string): Finding => ({ check, state: "bad", detail });

/** What only speaks like PostgreSQL says so in its version. */
const STRANGERS = /cockroach|yugabyte|redshift|greenplum|citus/i;

const engine = ({ version }: StorageFacts): Finding =>
  STRANGERS.test(version)
    ? bad("database", `${version}: only PostgreSQL itself is supported`)
    : ok("database", version.split(" on ")[0]!);

const schema = ({ pendingMigrations: pending }: StorageFacts): Finding =>
  pending.length === 0
    ? ok("schema", "up to date")
    : bad("schema", `lacks ${pending.join(", ")}: run "npm run migrate"`);

const clocks = (facts: StorageFacts, now: number): Finding => {
  const apart = Math.round(facts.now - now);
  const detail = `the clock of the database is ${Math.abs(apart)} ms ${apart < 0 ? "behind" : "ahead of"} this machine's`;
  if (Math.abs(apart) >= SKEW_BAD_MS)
    return bad("clock", `${detail}: processes refuse to work; set the clocks`);
  return Math.abs(apart) >= SKEW_WARN_MS ? warn("clock", `${detail}: look at NTP`) : ok("clock", detail);
};

const ahead = (check: string, until: number | null, now: number, least: number): Finding => {
  if (until === null) return bad(check, "there are none");
  const days = Math.floor((until - now) / DAY);
  const detail = `there are for ${days} more days`;
  if (until <= now) return bad(check, "there are none for now: rows go where no period is; look at the log");
  return until - now < least
    ? warn(check, `${detail}: nobody seems to make more; look at the log`)
    : ok(check, detail);
};

const strays = ({ hasStrayMessages }: StorageFacts): Finding =>
  hasStrayMessages
    ? warn("stray messages", "some are in no period: a clock was wrong, or tables came late")
    : ok("stray messages", "none");

const transactions = ({ oldestTransactionMs, preparedTransactions }: StorageFacts): Finding => {
  const check = "transactions";
  if (preparedTransactions > 0)
    return bad(check, `${preparedTransactions} prepared and not ended: events wait (pg_prepared_xacts)`);
  return oldestTransactionMs >= OLD_TRANSACTION_MS
    ? warn(
        check,
        `one has been open for ${Math.round(oldestTransactionMs / MINUTE)} minutes: events wait (pg_stat_activity)`,
      )
    : ok(check, "none is open for long");
};

const locks = ({ waitingForLocks: waiting }: StorageFacts): Finding =>
  waiting === 0 ? ok("locks", "nobody waits") : warn("locks", `${waiting} statements wait for one now`);

const connections = ({ connections: { used, most } }: StorageFacts): Finding =>
  used >= most * CONNECTIONS_SHARE
    ? warn("connections", `${used} of ${most}: raise max_connections, or run fewer processes`)
    : ok("connections", `${used} of ${most}`);

const space = ({ sizeBytes, slotBytes }: StorageFacts): Finding => {
  const size = `the database takes ${(sizeBytes / GIB).toFixed(1)} GiB`;
  return slotBytes >= SLOT_BYTES
    ? bad(
        "disk",
        `${size}, and a replication slot keeps ${(slotBytes / GIB).toFixed(0)} GiB of log that nobody reads`,
      )
    : ok("disk", size);
};
