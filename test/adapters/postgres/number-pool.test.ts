import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { openFixture, rent } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import { freshNumber, NOON } from "#test/support/traffic-builders.ts";

test("the live routes of each number are counted also where they were opened by another process", async () => {
  const database = await createTestDatabase();
  const ring = keyring([randomBytes(32)]);
  const [one, other] = [1, 2].map(() =>
    postgresStorage({ url: database.url, keyring: ring, clock: memoryClock(NOON) }),
  );
  try {
    const { a, b } = await openFixture(one!);
    const [free] = await rent(one!, 1);
    const { numbers } = await other!.conversations.openingFacts(DEFAULT_SERVICE_ID, [
      freshNumber(),
      freshNumber(),
    ]);
    const counts = new Map(numbers.map(({ number, liveRoutes }) => [number, liveRoutes]));
    expect(counts).toEqual(
      new Map([
        [a.virtualNumber, 1],
        [b.virtualNumber, 1],
        [free, 0],
      ]),
    );
  } finally {
    await Promise.all([one!.close(), other!.close()]);
    await database.drop();
  }
});
