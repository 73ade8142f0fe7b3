import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "#apps/client/client.ts";
import { problemOf } from "#apps/client/problem.ts";
import { somebody } from "#test/apps/api/participants.ts";
import { ADMIN, READER, type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

let api: RunningApi;
let client: Client;

beforeAll(async () => {
  api = await startApi();
  client = createClient({ baseUrl: `${api.url}/`, apiKey: ADMIN });
  await client.numbers.rent({ country: "GB", count: 4 });
});
afterAll(() => api.stop());

const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const people = () =>
  [
    { number: somebody(), name: "Ann" },
    { number: somebody(), name: "Ben" },
  ] as [{ number: string; name: string }, { number: string; name: string }];

test("a conversation is opened, changed, found, texted in, passed on and closed", async () => {
  const participants = people();
  const opened = await client.conversations.open({ participants, reference: "order-1", ttl: undefined });
  const [ann, ben] = opened.participants;
  expect([ann.name, ben.name]).toEqual(["Ann", "Ben"]);
  expect(await client.conversations.get(opened.id)).toEqual(opened);

  const patched = await client.conversations.patch(
    opened.id,
    { metadata: { city: "Bonn" } },
    { ifVersion: opened.version },
  );
  expect(patched.metadata).toEqual({ city: "Bonn" });
  const stale = client.conversations.patch(opened.id, { metadata: {} }, { ifVersion: opened.version });
  await expect(stale).rejects.toMatchObject({ problem: { kind: "version-mismatch" } });

  const found = await client.conversations.search({ participant: participants[0].number }).page();
  expect(found.items.map(({ id }) => id)).toEqual([opened.id]);

  const { items } = await client.conversations.send(opened.id, { to: ben.id, text: "Your driver is there" });
  const [sent] = items;
  await eventually(async () => (await client.messages.get(sent!.id)).sentAt !== null, "the text is sent");
  const texts = await all(client.conversations.messages(opened.id, { limit: 1 }));
  expect(texts.map(({ text }) => text)).toContain("Your driver is there");
  const toBen = await client.messages.search({ number: participants[1].number }).page();
  expect(toBen.items.length).toBeGreaterThan(0);
  expect(toBen.nearMisses).toEqual([]);

  const explained = await client.routes.explain({ from: participants[0].number, to: ben.virtualNumber });
  expect(explained).toMatchObject({ outcome: "relay", conversationId: opened.id });

  const swapped = await client.conversations.swap(opened.id, ben.id, { number: somebody(), name: "Cid" });
  expect(swapped.participants.map(({ name }) => name)).toEqual(["Ann", "Cid"]);
  const closed = await client.conversations.close(opened.id, { reason: "done" });
  expect(closed).toMatchObject({ state: "closed", closeReason: "done" });
});

test("a broadcast is made of what comes line by line, held, ended, and told of line by line", async () => {
  const { id, participants } = await client.conversations.open({ participants: people(), intro: false });
  const lines = async function* () {
    for (let n = 1; n <= 3; n += 1)
      yield { conversation: id, to: participants[n % 2]!.id, text: `Text ${n}`, ref: `ref-${n}` };
  };
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  const dry = await client.broadcasts.send(lines(), { dryRun: true });
  expect(dry).toMatchObject({ id: null, accepted: 3, refusedCount: 0 });
  const options = { startAt, rate: 5, idempotencyKey: "one-broadcast" };
  const sent = await client.broadcasts.send(lines(), options);
  expect(sent).toMatchObject({ accepted: 3, refusedCount: 0 });
  expect(await client.broadcasts.send([...(await all(lines()))], options)).toEqual(sent);
  expect(await client.broadcasts.pause(sent.id!)).toMatchObject({ state: "paused" });
  expect(await client.broadcasts.resume(sent.id!)).toMatchObject({ state: "active" });
  const waiting = await all(client.broadcasts.results(sent.id!, { state: "waiting" }));
  expect(waiting.map(({ line, ref }) => [line, ref])).toEqual([1, 2, 3].map((n) => [n, `ref-${n}`]));
  expect(await client.broadcasts.cancel(sent.id!)).toMatchObject({ state: "cancelled" });
  expect(await client.broadcasts.get(sent.id!)).toMatchObject({ state: "cancelled" });
  const results = await all(client.broadcasts.results(sent.id!));
  expect(results.map(({ state }) => state)).toEqual(Array(3).fill("cancelled"));
  const unknown = all(client.broadcasts.results("bro_01h455vb4pex5vsknk084sn02q"));
  await expect(unknown).rejects.toMatchObject({ problem: { kind: "not-found" } });
});

test("a list is read to its end, page by page, each item once", async () => {
  const ids = new Set<string>();
  for (let n = 0; n < 5; n += 1)
    ids.add(
      (await client.conversations.open({ participants: people(), metadata: { list: "me" }, intro: false }))
        .id,
    );
  const seen: string[] = [];
  for await (const { id } of client.conversations.list({ limit: 2, state: "open" })) seen.push(id);
  expect(seen.filter((id) => ids.has(id)).sort()).toEqual([...ids].sort());
  expect(new Set(seen).size).toBe(seen.length);
  const [first] = await all(client.conversations.search({ limit: 1 }));
  expect(first?.id).toBe(seen[0]);
});

test("numbers, pools, links, failures and wishes are all there", async () => {
  const numbers = await all(client.numbers.list({ limit: 1 }));
  expect(numbers.length).toBeGreaterThanOrEqual(4);
  expect((await client.numbers.available({ country: "GB" })).items.length).toBeGreaterThan(0);
  const rented = await client.numbers.rent({ country: "GB", count: 1 });
  const { number } = rented.items[0]!;
  expect(await client.numbers.drain(number)).toMatchObject({ number, state: "draining" });
  expect(await client.numbers.register({ number, country: "GB" })).toMatchObject({ number });
  expect(await client.numbers.release(number)).toBeNull();

  expect((await client.pool.get()).items).toMatchObject([{ country: "GB" }]);
  expect(await all(client.links.list())).toMatchObject([{ kind: "http" }]);
  expect(await client.failures.list().page()).toMatchObject({ items: [], complete: true });

  const person = somebody();
  expect(await client.optOuts.add({ number: person })).toMatchObject({ number: person, source: "api" });
  expect(await client.optOuts.put(person)).toMatchObject({ number: person });
  expect(await client.optOuts.get(person)).toMatchObject({ number: person });
  const refused = client.conversations.open({ participants: [{ number: person }, { number: somebody() }] });
  await expect(refused).rejects.toMatchObject({ problem: { kind: "opted-out" } });
  await client.optOuts.remove(person);
  await expect(client.optOuts.get(person)).rejects.toMatchObject({ problem: { kind: "not-found" } });
});

test("services and webhook endpoints are added, changed and removed", async () => {
  const service = await client.services.add({ slug: "rides", name: "Rides" });
  expect(await client.services.patch("rides", { name: "More rides" })).toMatchObject({ name: "More rides" });
  expect(await client.services.get(service.id)).toMatchObject({ slug: "rides" });
  expect((await all(client.services.list())).map(({ slug }) => slug)).toContain("rides");
  expect((await client.pool.get({ service: "rides" })).items).toEqual([]);

  const hooks = client.webhookEndpoints;
  const { id, secret } = await hooks.add({
    url: "https://app.example/webhooks",
    events: ["message.*"],
    service: "rides",
  });
  expect(secret).toMatch(/^whsec_/);
  expect(await hooks.patch(id, { events: ["link.*"] })).toMatchObject({ id, events: ["link.*"] });
  expect(await hooks.pause(id)).toMatchObject({ state: "paused" });
  expect((await hooks.rotate(id)).secret).not.toBe(secret);
  expect(await all(hooks.deliveries(id))).toEqual([]);
  expect((await all(hooks.list())).map((each) => each.id)).toContain(id);
  expect(await hooks.remove(id)).toBeNull();
  await expect(hooks.get(id)).rejects.toMatchObject({ problem: { kind: "not-found" } });
  expect(await client.services.remove("rides")).toBeNull();
});

test("a refusal says what is wrong, and nothing else is thrown", async () => {
  const wrong = client.conversations.open({ participants: [{ number: "12" }, { number: somebody() }] });
  const problem = problemOf(await wrong.catch((error: unknown) => error));
  if (problem?.kind !== "invalid-request") throw new Error(`Unexpected: ${problem?.kind}`);
  expect(problem.errors.map(({ path }) => path)).toEqual(["participants.0.number"]);
  expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(problemOf(new Error("something else"))).toBeNull();

  const reader = createClient({ baseUrl: api.url, apiKey: READER });
  await expect(reader.numbers.rent({ country: "GB", count: 1 })).rejects.toMatchObject({
    problem: { kind: "forbidden" },
  });
  await expect(client.raw("GET", "/v1/nothing")).rejects.toMatchObject({ problem: { kind: "not-found" } });
});

test("the same key carries a request out once", async () => {
  const body = { participants: people() };
  const first = await client.conversations.open(body, { idempotencyKey: "once" });
  expect((await client.conversations.open(body, { idempotencyKey: "once" })).id).toBe(first.id);
});

test("the feed brings what happens from a cursor on, as it happens", async () => {
  const { next } = await client.events.page();
  const opening = client.conversations.open({ participants: people(), reference: "feed" });
  const types: string[] = [];
  for await (const event of client.events({ after: next, types: ["conversation.*"] })) {
    types.push(event.type);
    if (event.type === "conversation.opened") {
      expect(event.subject).toBe((await opening).id);
      expect(event.data.version).toBe(1);
      await client.conversations.close((await opening).id);
    }
    if (event.type === "conversation.closed") break;
  }
  expect(types).toEqual(["conversation.opened", "conversation.closed"]);
});
