import { expect, test } from "vitest";
import { classifyRedelivery } from "#core/engine/inbound/classify-redelivery.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

const NOW = 1_000_000;

/** Over one text that was accepted at `acceptedAt`, and what other processes have named under its key. */
const classify = (acceptedAt: number | null, unconfirmedAt: readonly number[]) =>
  classifyRedelivery(
    {
      reconciliation: { acceptedAt: async (keys) => keys.map(() => acceptedAt) },
      linkReports: {
        all: async () => [],
        reported: async (keys) => keys.map(() => ({ unconfirmedAt, resolved: null })),
      },
      clock: { now: () => NOW },
    },
    "self",
  )(["smpp:yes:0"]);

test("a key that another, older text holds is not unconfirmed, whatever was offered under it since", async () => {
  expect(await classify(NOW - 60_000, [NOW - 50])).toEqual([
    { status: "settled", acceptedAt: NOW - 60_000, resolved: null },
  ]);
});

test("a text that storage accepted, and whose answer was lost, may come again", async () => {
  expect(await classify(NOW - 50, [NOW - 60_000, NOW - 50])).toEqual([
    { status: "unconfirmed", acceptedAt: NOW - 50, resolved: null },
  ]);
});

test("a key under which nothing was accepted is free, whatever was offered under it", async () => {
  expect(await classify(null, [NOW - 50])).toEqual([{ status: "free", acceptedAt: null, resolved: null }]);
});

test("nothing is known while storage is away", async () => {
  const away = async (): Promise<never> => {
    throw new StorageUnavailable("away");
  };
  const ask = classifyRedelivery(
    {
      reconciliation: { acceptedAt: away },
      linkReports: { all: away, reported: away },
      clock: { now: () => NOW },
    },
    "self",
  );
  expect(await ask(["smpp:yes:0"])).toBeNull();
});

test("what another process accepted in an outage is an open question until that one can have reported", async () => {
  const outageMs = 20_000;
  const acceptedAt = NOW - outageMs / 2;
  const report = {
    process: "another",
    settledBefore: acceptedAt - outageMs,
    kind: "gateway",
    links: [],
  } as const;
  const ask = (endedMsAgo: number) =>
    classifyRedelivery(
      {
        reconciliation: { acceptedAt: async (keys) => keys.map(() => acceptedAt) },
        linkReports: {
          all: async () => [{ ...report, ageMs: outageMs + endedMsAgo }],
          reported: async (keys) => keys.map(() => ({ unconfirmedAt: [], resolved: null })),
        },
        clock: { now: () => NOW },
      },
      "self",
      () => ({ ms: outageMs, endedMsAgo }),
    )(["smpp:yes:0"]);
  expect(await ask(100)).toMatchObject([{ status: "open" }]);
  // It has died meanwhile, and could write nothing without storage: it was somebody else's.
  expect(await ask(4_000)).toMatchObject([{ status: "settled" }]);
});
