import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "#test/support/simulator-eventually.ts";
import { expectProblem, open, opened, rent, somebody } from "./participants.ts";
import { READER, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
let pool: readonly string[];

beforeAll(async () => {
  api = await startApi({ on: "postgres" });
  pool = await rent(api, 4);
});
afterAll(() => api.stop());

describe("opening a conversation", () => {
  test("answers both participants with the virtual number that stands for each", async () => {
    const [ann, ben] = [somebody(), somebody()];
    const conversation = await opened(api, {
      participants: [{ number: ann, name: "Ann" }, { number: ben }],
      reference: "ride-1",
      metadata: { ride: "1" },
    });
    expect(conversation).toEqual({
      id: expect.stringMatching(/^cnv_[0-9a-z]{26}$/),
      service: "default",
      version: 1,
      reference: "ride-1",
      state: "open",
      participants: [
        {
          id: expect.stringMatching(/^par_/),
          name: "Ann",
          number: ann,
          country: "GB",
          virtualNumber: expect.any(String),
        },
        {
          id: expect.stringMatching(/^par_/),
          name: null,
          number: ben,
          country: "GB",
          virtualNumber: expect.any(String),
        },
      ],
      openedAt: expect.stringMatching(/^20\d\d-.*Z$/),
      expiresAt: null,
      idleTtl: null,
      lastMessageAt: null,
      formerParticipants: [],
      closedAt: null,
      closeReason: null,
      metadata: { ride: "1" },
    });
    for (const { virtualNumber } of conversation.participants) expect(pool).toContain(virtualNumber);
    expect((await api.ask("GET", `/v1/conversations/${conversation.id}`)).body).toEqual(conversation);
  });

  test("introduces each to the other, from the number that stands for the other", async () => {
    const [ann, ben] = [somebody(), somebody()];
    const { participants } = await opened(api, {
      participants: [
        { number: ann, name: "Ann" },
        { number: ben, intro: "Ann is your driver" },
      ],
    });
    const intro = await eventually(() => api.simulator.inbox(ben)[0], "Ben gets his intro");
    expect(intro).toMatchObject({ from: participants[0].virtualNumber.slice(1), text: "Ann is your driver" });
    const other = await eventually(() => api.simulator.inbox(ann)[0], "Ann gets hers");
    expect(other.from).toBe(participants[1].virtualNumber.slice(1));
  });

  test("without intros sends nothing", async () => {
    const { id } = await opened(api, { intro: false });
    expect((await api.ask("GET", `/v1/conversations/${id}/messages`)).body).toEqual({
      items: [],
      next: null,
    });
  });

  test("is found by a participant without the number in the address", async () => {
    const number = somebody();
    const { id } = await opened(api, {
      participants: [{ number }, { number: somebody() }],
      reference: "sought",
    });
    for (const body of [
      { participant: number },
      { reference: "sought", state: "open" },
      { participant: number, limit: 1 },
    ]) {
      const reply = await api.ask("POST", "/v1/conversations/search", { key: READER, body });
      expect(reply.status).toBe(200);
      expect(reply.body.items.map((each: { id: string }) => each.id)).toEqual([id]);
    }
    const none = await api.ask("POST", "/v1/conversations/search", { body: { participant: somebody() } });
    expect(none.body).toEqual({ items: [], next: null });
    const wrong = await api.ask("POST", "/v1/conversations/search", { body: { cursor: "x" } });
    expectProblem(wrong, 422, "invalid-request", ["cursor"]);
  });

  test("of two who have one already reuses it when asked to, and opens a new one otherwise", async () => {
    const participants = [{ number: somebody() }, { number: somebody() }] as const;
    const first = await opened(api, { participants, onOpen: "reuse" });
    const again = await open(api, { participants: participants.toReversed(), onOpen: "reuse" });
    expect([again.status, again.body.id]).toEqual([200, first.id]);
    expect((await opened(api, { participants, onOpen: "new" })).id).not.toBe(first.id);
    await api.ask("POST", `/v1/conversations/${first.id}/close`);
    const reused = (await open(api, { participants, onOpen: "reuse" })).body.id;
    expect(reused).not.toBe(first.id);
    expectProblem(await open(api, { participants, onOpen: "both" }), 422, "invalid-request", ["onOpen"]);
  });

  test("takes numbers as people write them", async () => {
    const number = somebody();
    const written = `(${number.slice(0, 3)}) ${number.slice(3, 7)}-${number.slice(7)}`;
    const { participants } = await opened(api, {
      participants: [{ number: written }, { number: somebody() }],
    });
    expect(participants[0].number).toBe(number);
  });

  test("counts its time to live from now", async () => {
    const { openedAt, expiresAt, idleTtl } = await opened(api, { ttl: "2h", idleTtl: "90m" });
    expect(Date.parse(expiresAt) - Date.parse(openedAt)).toBe(2 * 3_600_000);
    expect(idleTtl).toBe("90m");
  });

  test.each<[string, object, readonly string[]]>([
    ["no participants", { participants: undefined }, ["participants"]],
    ["one participant", { participants: [{ number: "+447700900999" }] }, ["participants"]],
    [
      "a number that is none",
      { participants: [{ number: "12" }, { number: "+447700900998" }] },
      ["participants.0.number"],
    ],
    [
      "a calling code that nobody has",
      { participants: [{ number: "+447700900997" }, { number: "+999123456789" }] },
      ["participants.1.number"],
    ],
    [
      "the same number twice",
      { participants: [{ number: "+447700900999" }, { number: "44 7700 900999" }] },
      ["participants.1.number"],
    ],
    ["an unknown field", { colour: "red" }, ["colour"]],
    [
      "an unknown field inside",
      { participants: [{ number: "+447700900999", age: 7 }, { number: "+447700900998" }] },
      ["participants.0.age"],
    ],
    ["a duration without a unit", { ttl: "120" }, ["ttl"]],
    ["a duration of nothing", { idleTtl: "0s" }, ["idleTtl"]],
    ["an endless duration", { ttl: "9999d" }, ["ttl"]],
    ["metadata that is no text", { metadata: { a: 1 } }, ["metadata.a"]],
    [
      "too much metadata",
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"])) },
      ["metadata"],
    ],
    [
      "a long name",
      { participants: [{ number: "+447700900999", name: "x".repeat(101) }, { number: "+447700900998" }] },
      ["participants.0.name"],
    ],
    [
      "a name that reveals the number",
      { participants: [{ number: "+447700900999", name: "Ann 07700 900999" }, { number: "+447700900998" }] },
      ["participants.0.name"],
    ],
    [
      "an intro that reveals the other's number",
      {
        participants: [{ number: "+447700900999", intro: "Call 07700-900998" }, { number: "+447700900998" }],
      },
      ["participants.0.intro"],
    ],
    ["a character that no phone shows", { reference: "a\0b" }, ["reference"]],
    ["a geoMatch that is none", { geoMatch: "street" }, ["geoMatch"]],
  ])("refuses %s, and says where", async (_, change, paths) => {
    expectProblem(await open(api, change), 422, "invalid-request", paths);
  });

  test("refuses one of our own numbers as a participant", async () => {
    const reply = await open(api, { participants: [{ number: somebody() }, { number: pool[0] }] });
    expectProblem(reply, 422, "invalid-request", ["participants.1.number"]);
  });

  test("refuses a reference that an open conversation has, until that is closed", async () => {
    const { id } = await opened(api, { reference: "ride-7" });
    expectProblem(await open(api, { reference: "ride-7" }), 409, "reference-in-use");
    await api.ask("POST", `/v1/conversations/${id}/close`);
    await opened(api, { reference: "ride-7" });
  });

  test("names the country and the participant when no number is left", async () => {
    const reply = await open(api, {
      participants: [
        { number: somebody(), name: "Ann" },
        { number: "+12125550123", name: "Ben" },
      ],
    });
    expectProblem(reply, 409, "pool-exhausted");
    expect(reply.body.detail).toContain("US");
    expect(reply.body.detail).toContain("the second participant");
    expect(reply.body.detail).not.toContain("Ben");
  });

  test("refuses somebody who wants no texts from us", async () => {
    const number = somebody();
    await api.ask("PUT", `/v1/opt-outs/${number}`);
    const reply = await open(api, { participants: [{ number: somebody() }, { number }] });
    expectProblem(reply, 409, "opted-out");
    expect(reply.body.detail).toContain("the second participant");
  });
});

describe("the life of a conversation", () => {
  test("closes once; closing again changes nothing", async () => {
    const { id } = await opened(api);
    const path = `/v1/conversations/${id}/close`;
    const first = await api.ask("POST", path, { body: { reason: "ride is over" } });
    expect(first.body).toMatchObject({ state: "closed", closeReason: "ride is over" });
    const second = await api.ask("POST", path, { body: { reason: "again" } });
    expect(second).toMatchObject({ status: 200, body: first.body });
  });

  test("is changed while it is open, and not afterwards", async () => {
    const { id } = await opened(api, { ttl: "1h" });
    const path = `/v1/conversations/${id}`;
    const changed = await api.ask("PATCH", path, {
      body: { ttl: null, idleTtl: "1d", metadata: { a: "b" } },
    });
    expect(changed.body).toMatchObject({ expiresAt: null, idleTtl: "1d", metadata: { a: "b" } });
    await api.ask("POST", `${path}/close`);
    expectProblem(await api.ask("PATCH", path, { body: { ttl: "1h" } }), 409, "conversation-closed");
  });

  test("one participant is swapped and the other one's thread goes on", async () => {
    const { id, participants } = await opened(api);
    const [ann, ben] = participants;
    const number = somebody();
    const path = `/v1/conversations/${id}/participants/${ben.id}/swap`;
    const swapped = await api.ask("POST", path, { body: { number, name: "Cem" } });
    expect(swapped.status, JSON.stringify(swapped.body)).toBe(200);
    expect(swapped.body.participants[0].id).toBe(ann.id);
    expect(swapped.body.participants[1]).toMatchObject({
      number,
      name: "Cem",
      virtualNumber: ben.virtualNumber,
    });
    api.simulator.text(ann.number, ben.virtualNumber, "Where are you?");
    const got = await eventually(
      () => api.simulator.inbox(number).find(({ text }) => text === "Where are you?"),
      "the text reaches the new participant",
    );
    expect(`+${got.from}`).toBe(swapped.body.participants[0].virtualNumber);
    expectProblem(await api.ask("POST", path, { body: { number: somebody() } }), 404, "not-found");
  });

  test("a participant who was replaced stays in sight, and a late text of theirs fails by that name", async () => {
    const { id, participants } = await opened(api);
    const [ann, ben] = participants;
    const path = `/v1/conversations/${id}/participants/${ben.id}/swap`;
    const swapped = await api.ask("POST", path, { body: { number: somebody() } });
    const former = [{ ...ben, leftAt: expect.stringMatching(/Z$/) }];
    expect(swapped.body.formerParticipants).toEqual(former);
    expect((await api.ask("GET", `/v1/conversations/${id}`)).body.formerParticipants).toEqual(former);
    api.simulator.text(ben.number, ann.virtualNumber, "Am I late?");
    const late = await eventually(async () => {
      const { items } = (await api.ask("GET", `/v1/conversations/${id}/messages`)).body;
      return items.find(({ text }: { text: string }) => text === "Am I late?");
    }, "the late text is kept");
    expect(late).toMatchObject({ state: "unroutable", sender: ben.id, failure: { code: "replaced" } });
    expect((await api.ask("GET", `/v1/messages/${late.id}`)).body.failure).toEqual(late.failure);
    const body = { from: ben.number, to: ann.virtualNumber };
    const explained = await api.ask("POST", "/v1/routes/explain", { body });
    expect(explained.body).toMatchObject({ reason: "replaced", until: expect.stringMatching(/Z$/) });
    await api.ask("POST", `/v1/conversations/${id}/close`);
    const ended = await api.ask("POST", "/v1/routes/explain", {
      body: { from: ann.number, to: ben.virtualNumber },
    });
    expect(ended.body).toMatchObject({ reason: "quarantined", until: expect.stringMatching(/Z$/) });
  });

  test.each(["cnv_01h455vb4pex5vsknk084sn02q", "cnv_1", "par_01h455vb4pex5vsknk084sn02q", "%00", "1"])(
    "%s is not found, whatever is asked of it",
    async (id) => {
      expectProblem(await api.ask("GET", `/v1/conversations/${id}`), 404, "not-found");
      expectProblem(await api.ask("PATCH", `/v1/conversations/${id}`, { body: {} }), 404, "not-found");
      expectProblem(await api.ask("POST", `/v1/conversations/${id}/close`), 404, "not-found");
      expectProblem(await api.ask("GET", `/v1/conversations/${id}/messages`), 404, "not-found");
    },
  );
});

describe("the list of conversations", () => {
  test("is walked page by page, newest first, without missing or repeating any", async () => {
    const number = somebody();
    const ids: string[] = [];
    for (let i = 0; i < 4; i += 1)
      ids.push((await opened(api, { participants: [{ number }, { number: somebody() }] })).id);
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 3; page += 1) {
      const query = `participant=${encodeURIComponent(number)}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await api.ask("GET", `/v1/conversations?${query}`);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test("is filtered by state, participant and reference", async () => {
    const number = somebody();
    const closed = await opened(api, {
      participants: [{ number }, { number: somebody() }],
      reference: "r-1",
    });
    const still = await opened(api, {
      participants: [{ number: somebody() }, { number }],
      reference: "r-2",
    });
    await api.ask("POST", `/v1/conversations/${closed.id}/close`);
    const found = async (query: string): Promise<readonly string[]> =>
      (await api.ask("GET", `/v1/conversations?participant=${number}&${query}`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await found("")).toEqual([still.id, closed.id]);
    expect(await found("state=open")).toEqual([still.id]);
    expect(await found("state=closed")).toEqual([closed.id]);
    expect(await found("reference=r-1")).toEqual([closed.id]);
    expect(await found("reference=r-1&state=open")).toEqual([]);
  });

  test.each([
    "limit=0",
    "limit=201",
    "limit=x",
    "state=ajar",
    "colour=red",
    "cursor=nonsense",
    "participant=12",
  ])("refuses ?%s", async (query) => {
    const path = query.split("=")[0]!;
    expectProblem(await api.ask("GET", `/v1/conversations?${query}`), 422, "invalid-request", [path]);
  });
});
