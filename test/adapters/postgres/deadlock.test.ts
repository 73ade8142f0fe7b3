import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import type { Storage } from "#core/ports/storage.ts";
import { eventually, joinDispatch, openFixture, rent } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import {
  aBatch,
  aConversation,
  acceptanceOf,
  anInboundOn,
  aParticipant,
  aReceipt,
  freshId,
  NOON,
  openingOf,
  relayWrite,
} from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

const ROUNDS = 30;
const MESSAGES = 200;
const OPENINGS = 40;

/** Two processes of one system. */
const onTwo = async (work: (one: Storage, other: Storage, url: string) => Promise<void>): Promise<void> => {
  const database = await createTestDatabase();
  const ring = keyring([randomBytes(32)]);
  const [one, other] = [1, 2].map(() =>
    postgresStorage({ url: database.url, keyring: ring, clock: memoryClock(NOON) }),
  );
  try {
    await work(one!, other!, database.url);
  } finally {
    await Promise.all([one!.close(), other!.close()]);
    await database.drop();
  }
};

test("two processes that get the same messages in opposite order never wait for each other for ever", () =>
  onTwo(async (one, other) => {
    const { ab } = await openFixture(one);
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
  }));

/** Lets both write their first conversation only when both of them are about to. */
const startingTogether = <T>(url: string, work: () => Promise<T>): Promise<T> =>
  withClient(url, async (client) => {
    await client.query("begin; lock table conversation in exclusive mode");
    const done = work();
    await eventually(async () => {
      const { rows } = await client.query(
        "select 1 from pg_locks where relation = 'conversation'::regclass and not granted",
      );
      return rows.length === 2;
    });
    await client.query("rollback");
    return done;
  });

test("two processes that open the same conversations in opposite order never wait for each other for ever", () =>
  onTwo(async (one, other, url) => {
    const numbers = await rent(one, 2);
    for (let round = 0; round < ROUNDS; round += 1) {
      const conversations = Array.from({ length: OPENINGS }, (_, place) =>
        aConversation([aParticipant(numbers[0]!), aParticipant(numbers[1]!)], {
          reference: place % 2 === 0 ? null : `order ${round} ${place}`,
        }),
      );
      const open = (storage: Storage, order: readonly Conversation[]) =>
        Promise.all(order.map((each) => storage.conversations.open(openingOf(each))));
      const [here, there] = await startingTogether(url, () =>
        Promise.all([open(one, conversations), open(other, conversations.toReversed())]),
      );
      const kinds = [...here, ...there].map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "opened")).toHaveLength(OPENINGS);
      expect(kinds.filter((kind) => kind === "exists")).toHaveLength(OPENINGS);
    }
  }));
