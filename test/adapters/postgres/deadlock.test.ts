import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { joinDispatch, openScene } from "#test/contracts/storage-scene.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import {
  aBatch,
  acceptanceOf,
  anInboundOn,
  aReceipt,
  freshId,
  NOON,
  relayWrite,
} from "#test/support/traffic-builders.ts";

const ROUNDS = 30;
const MESSAGES = 200;

test("two processes that get the same messages in opposite order never wait for each other for ever", async () => {
  const database = await createTestDatabase();
  const ring = keyring([randomBytes(32)]);
  const [one, other] = [1, 2].map(() =>
    postgresStorage({ url: database.url, keyring: ring, clock: memoryClock(NOON) }),
  );
  if (!one || !other) throw new Error("Expected two storages");
  try {
    const { ab } = await openScene(one);
    const [first, second] = [await joinDispatch(one), await joinDispatch(other)];
    for (let round = 0; round < ROUNDS; round += 1) {
      const texts = Array.from({ length: MESSAGES }, () => anInboundOn(ab));
      const again = texts.map((text) => ({ ...text, id: freshId() })).toReversed();
      const facts = (order: readonly { readonly id: string }[]) => ({
        accepted: order.map(({ id }) => acceptanceOf(id)),
        receipts: order.map(({ id }) => aReceipt(`carrier-${id}`)),
      });
      const outcomes = await Promise.all([
        one.traffic.commit(
          aBatch(first, { inbound: texts.map((inbound) => relayWrite(ab, { inbound })), ...facts(texts) }),
        ),
        other.traffic.commit(
          aBatch(second, {
            inbound: again.map((inbound) => relayWrite(ab, { inbound })),
            ...facts(texts.toReversed()),
          }),
        ),
      ]);
      const results = outcomes.flatMap((outcome) => (outcome.kind === "committed" ? outcome.inbound : []));
      expect(results.filter((result) => result === "duplicate")).toHaveLength(MESSAGES);
    }
  } finally {
    await Promise.all([one.close(), other.close()]);
    await database.drop();
  }
});
