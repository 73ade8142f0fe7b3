/**
 * Opens conversations by the use case, as the API does, so many at a time. `node opener.ts URL`; told `{open: {milliseconds, atOnce,
 * cast}}` it answers how many it opened.
 */
import { libphonenumberInsight } from "#adapters/libphonenumber/number-insight.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { keyring } from "#adapters/postgres/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { type Cast, cpuOfAll } from "../parts/cpu.ts";
import { BENCH_KEY } from "../parts/live-routes.ts";

const [url = ""] = process.argv.slice(2);
const storage = postgresStorage({ url, keyring: keyring([BENCH_KEY]), clock: systemClock });
const ids = uuidV7Ids(systemClock);
const ports = {
  conversations: storage.conversations,
  insight: libphonenumberInsight(),
  clock: systemClock,
  rentMore: async () => false,
};
const open = openConversation(ports, { messageTtlMs: 86_400_000 });
let people = 0;

const person = () => ({
  number: `4475${String(people++).padStart(8, "0")}` as Msisdn,
  name: "Ann",
  intro: null,
  country: null,
});

const openOne = async (): Promise<void> => {
  const outcome = await open(
    {
      people: [person(), person()],
      reference: `order-${people}`,
      ttlMs: null,
      idleTtlMs: null,
      geoMatch: "country",
      sticky: true,
      intros: true,
      metadata: {},
    },
    ids,
  );
  if (outcome.kind !== "opened") throw new Error(`A conversation was not opened: ${outcome.kind}`);
};

interface Opening {
  readonly milliseconds: number;
  readonly atOnce: number;
  readonly cast: Cast;
}

const run = async ({ milliseconds, atOnce, cast }: Opening): Promise<void> => {
  const began = performance.now();
  const before = cpuOfAll({ ...cast, gateway: process.pid });
  let opened = 0;
  const openOn = async (): Promise<void> => {
    while (performance.now() - began < milliseconds) {
      await openOne();
      opened += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, openOn));
  const after = cpuOfAll({ ...cast, gateway: process.pid });
  const cpuMicros = Object.fromEntries(
    Object.entries(after).map(([name, used]) => [name, used - before[name]!]),
  );
  process.send!({ opened: { messages: opened, seconds: (performance.now() - began) / 1_000, cpuMicros } });
};

process.on("message", ({ open: wanted }: { open?: Opening }) => {
  if (wanted) void run(wanted);
});
process.on("SIGTERM", () => process.exit());
process.send!({ ready: true });
