import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { seededIds } from "#adapters/node/seeded-ids.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { expectProblem, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
  await rent(api, 4);
});
afterAll(() => api.stop());

const participants = () => [{ number: somebody() }, { number: somebody() }];

const openWith = (key: string, body: unknown, from: RunningApi = api) =>
  from.ask("POST", "/v1/conversations", { body, headers: { "idempotency-key": key } });

describe("a request with an Idempotency-Key", () => {
  test("is carried out once, however often it comes", async () => {
    const body = { participants: participants() };
    const first = await openWith("once", body);
    expect(first.status).toBe(201);
    for (let i = 0; i < 3; i += 1) {
      const again = await openWith("once", body);
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(again.headers.get("idempotent-replayed")).toBe("true");
    }
    const list = `/v1/conversations?participant=${body.participants[0]!.number}`;
    expect((await api.ask("GET", list)).body.items).toHaveLength(1);
  });

  test("is carried out once when it comes many times at once", async () => {
    const body = { participants: participants() };
    const replies = await Promise.all(Array.from({ length: 20 }, () => openWith("at-once", body)));
    for (const reply of replies) {
      if (reply.status === 201) continue;
      expectProblem(reply, 409, "request-running");
      expect(reply.headers.get("retry-after")).toBe("1");
    }
    const ids = new Set(replies.filter(({ status }) => status === 201).map(({ body: { id } }) => id));
    expect(ids.size).toBe(1);
  });

  test("must say the same as before", async () => {
    await openWith("same", { participants: participants() });
    expectProblem(await openWith("same", { participants: participants() }), 422, "idempotency-mismatch");
  });

  test.each<[string, unknown, number]>([
    ["has no free number", { participants: [{ number: "+447700900001" }, { number: "+12125550100" }] }, 409],
    ["has a slip", { participants: [{ number: "+447700900001" }, { number: "+447700900001" }] }, 422],
  ])("that %s leaves its key free for another try", async (name, body, status) => {
    expect((await openWith(name, body)).status).toBe(status);
    expect((await openWith(name, { participants: participants() })).status).toBe(201);
  });

  test("that was refused for lack of numbers is carried out by its repetition once there are some", async () => {
    const dry = await startApi();
    const body = { participants: participants() };
    expectProblem(await openWith("dry", body, dry), 409, "pool-exhausted");
    await rent(dry, 2);
    expect((await openWith("dry", body, dry)).status).toBe(201);
    await dry.stop();
  });

  test("that is invalid is not remembered", async () => {
    expectProblem(await openWith("invalid", {}), 422, "invalid-request");
    expect((await openWith("invalid", { participants: participants() })).status).toBe(201);
  });

  test("is another one at another address", async () => {
    const { body } = await openWith("address", { participants: participants() });
    const headers = { "idempotency-key": "address" };
    expect((await api.ask("POST", `/v1/conversations/${body.id}/close`, { headers })).status).toBe(200);
  });

  test.each(["", "x".repeat(256), "é"])(
    "must have a key of 1 to 255 printable characters: not %j",
    async (key) => {
      const reply = await openWith(key, { participants: participants() });
      expectProblem(reply, 422, "invalid-request", ["Idempotency-Key"]);
    },
  );

  test("whose answer was lost with the database makes the same conversation again, at once", async () => {
    const storage = memoryStorage({ clock: systemClock });
    let isLost = true;
    const conversations: typeof storage.conversations = {
      ...storage.conversations,
      open: async (opening) => {
        const outcome = await storage.conversations.open(opening);
        if (isLost) throw new StorageUnavailable("The answer was lost");
        return outcome;
      },
    };
    const idempotency: typeof storage.idempotency = {
      ...storage.idempotency,
      release: async (request) => {
        if (isLost) throw new StorageUnavailable("The answer was lost");
        await storage.idempotency.release(request);
      },
    };
    const shaky = await startApi({ storage: { ...storage, conversations, idempotency } });
    // One number: a second conversation of the same two people would not find one that is free.
    await rent(shaky, 1);
    const body = { participants: participants() };
    expectProblem(await openWith("lost", body, shaky), 503, "unavailable");
    isLost = false;
    expect((await openWith("lost", body, shaky)).status).toBe(201);
    expect((await shaky.ask("GET", "/v1/conversations")).body.items).toHaveLength(1);
    await shaky.stop();
  });
});

describe("ids from a seed", () => {
  const seed = fc.constant(uuidV7Ids(systemClock)).map((ids) => ids.next());

  test("are the same again from the same seed, and others from another", () => {
    fc.assert(
      fc.property(seed, seed, fc.integer({ min: 1, max: 50 }), (one, other, count) => {
        const take = (from: string): readonly string[] => {
          const ids = seededIds(from);
          return Array.from({ length: count }, () => ids.next());
        };
        expect(take(one)).toEqual(take(one));
        expect(new Set([...take(one), ...take(other)]).size).toBe(2 * count);
      }),
    );
  });

  test("are UUIDv7 of the seed's time, in order", () => {
    const own = seededIds("018f0000-1234-7abc-8def-0123456789ab");
    const ids = Array.from({ length: 300 }, () => own.next());
    expect(ids).toEqual(ids.toSorted());
    for (const id of ids) expect(id).toMatch(/^018f0000-1234-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
