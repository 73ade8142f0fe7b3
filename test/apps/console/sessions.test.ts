import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SESSION_MS, sessionSeal } from "#apps/api/console/session-seal.ts";
import { ADMIN, READER, type RunningApi, startApi } from "#test/apps/api/running-api.ts";

const KEYS = [
  { name: "admin", secret: ADMIN, scope: "admin" as const, service: null },
  { name: "reader", secret: READER, scope: "read" as const, service: null },
];
const ring = (fill: number) => new Uint8Array(32).fill(fill);
const SAME_ORIGIN = { "sec-fetch-site": "same-origin" };

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const signIn = async (secret: string): Promise<string> => {
  const reply = await api.ask("POST", "/console/session", {
    key: null,
    body: { key: secret },
    headers: SAME_ORIGIN,
  });
  expect(reply.status).toBe(204);
  return reply.headers.get("set-cookie")!;
};
const cookieOf = (header: string): string => header.split(";", 1)[0]!;

describe("a sealed session", () => {
  test("opens in every process with the same keys, until its time is over or its key is gone", () => {
    const sealed = sessionSeal([ring(1)], KEYS).begin(ADMIN, 1_000)!;
    const rotated = sessionSeal([ring(2), ring(1)], KEYS);
    expect(rotated.open(sealed, 2_000)?.client).toMatchObject({ name: "admin", scope: "admin" });
    expect(rotated.open(sealed, 1_000 + SESSION_MS)).toBeNull();
    expect(sessionSeal([ring(1)], [KEYS[1]!]).open(sealed, 2_000)).toBeNull();
    const changed = [{ ...KEYS[0]!, secret: "another-secret-of-the-tests" }];
    expect(sessionSeal([ring(1)], changed).open(sealed, 2_000)).toBeNull();
    expect(sessionSeal([ring(2)], KEYS).open(sealed, 2_000)).toBeNull();
  });

  test("does not open when anything in it was changed, and nothing else opens", () => {
    const seal = sessionSeal([ring(1)], KEYS);
    const sealed = Buffer.from(seal.begin(ADMIN, 0)!, "base64url");
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const other = Buffer.from(sealed);
        other[at]! ^= change;
        expect(seal.open(other.toString("base64url"), 1)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (text) => {
        expect(seal.open(text, 1)).toBeNull();
      }),
    );
  });
});

describe("signing in", () => {
  test("gives a cookie that no script reads, no other site sends, and that says nothing", async () => {
    const header = await signIn(ADMIN);
    expect(header).toMatch(/^sms-proxy=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(header).not.toContain("admin");
    expect(header).not.toContain(ADMIN);
  });

  test("binds the cookie to https and to this host where browsers come by https", async () => {
    const headers = { ...SAME_ORIGIN, "x-forwarded-proto": "https" };
    const reply = await api.ask("POST", "/console/session", { key: null, body: { key: ADMIN }, headers });
    expect(reply.headers.get("set-cookie")).toMatch(/^__Host-sms-proxy=.*; Secure$/);
  });

  test("is refused with a wrong key, and says no more", async () => {
    const asking = { key: null, body: { key: "wrong" }, headers: SAME_ORIGIN };
    const reply = await api.ask("POST", "/console/session", asking);
    expect(reply).toMatchObject({ status: 401, body: { type: "urn:sms-proxy:unauthorized" } });
    expect(reply.headers.get("set-cookie")).toBeNull();
  });

  test("opens the API for reading and writing, as the key would", async () => {
    const cookie = cookieOf(await signIn(ADMIN));
    const links = await api.ask("GET", "/v1/links", { key: null, headers: { cookie } });
    expect(links.status).toBe(200);
    const session = await api.ask("GET", "/console/session", { key: null, headers: { cookie } });
    expect(session.body).toMatchObject({ signedIn: true, name: "admin", scope: "admin", sandbox: false });
  });

  test("with a key that may only read changes nothing and shows nobody's number", async () => {
    const cookie = cookieOf(await signIn(READER));
    const headers = { ...SAME_ORIGIN, cookie };
    const opened = await api.ask("POST", "/v1/conversations", { key: null, headers, body: {} });
    expect(opened.status).toBe(403);
    const body = {
      conversation: "cnv_01h455vb4pex5vsknk084sn02q",
      participant: "par_01h455vb4pex5vsknk084sn02q",
    };
    const revealed = await api.ask("POST", "/console/reveal", { key: null, headers, body });
    expect(revealed.status).toBe(403);
  });

  test("ends when somebody signs out", async () => {
    const reply = await api.ask("DELETE", "/console/session", { key: null, headers: SAME_ORIGIN });
    expect(reply.headers.get("set-cookie")).toContain("Max-Age=0");
  });
});

test("what waits in the queue is told to who is signed in, and to nobody else", async () => {
  const ask = (headers: Readonly<Record<string, string>>) =>
    api.ask("GET", "/console/queue", { key: null, headers: { ...SAME_ORIGIN, ...headers } });
  expect((await ask({})).status).toBe(401);
  const cookie = cookieOf(await signIn(READER));
  await expect
    .poll(async () => (await ask({ cookie })).body, { timeout: 30_000 })
    .toMatchObject({
      openConversations: expect.any(Number),
      queued: ["relay", "system", "broadcast"].map((priority) => ({ priority, messages: 0, oldestAt: null })),
    });
});

describe("another site", () => {
  const foreign = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://elsewhere.example" },
    { origin: "null" },
    {},
  ];

  test("changes nothing with somebody's session", async () => {
    const cookie = cookieOf(await signIn(ADMIN));
    for (const headers of foreign) {
      const reply = await api.ask("POST", "/v1/opt-outs", {
        key: null,
        headers: { ...headers, cookie },
        body: { number: "+447700900001" },
      });
      expect(reply.status).toBe(401);
    }
    const own = { ...SAME_ORIGIN, cookie };
    const body = { number: "+447700900001" };
    expect((await api.ask("POST", "/v1/opt-outs", { key: null, headers: own, body })).status).toBe(201);
  });

  test("signs nobody in or out", async () => {
    for (const headers of foreign) {
      const reply = await api.ask("POST", "/console/session", { key: null, body: { key: ADMIN }, headers });
      expect(reply.status).toBe(403);
      expect((await api.ask("DELETE", "/console/session", { key: null, headers })).status).toBe(403);
    }
  });
});

describe("real numbers", () => {
  test("reach a browser only one by one, and each time leave a line in the log, without the number", async () => {
    await api.ask("POST", "/v1/numbers/rent", { body: { country: "GB", count: 3 } });
    const participants = [{ number: "+447700900003" }, { number: "+447700900004" }];
    const opened = await api.ask("POST", "/v1/conversations", { body: { participants } });
    const headers = { ...SAME_ORIGIN, cookie: cookieOf(await signIn(ADMIN)) };
    const path = `/v1/conversations/${opened.body.id}`;
    const shown = await api.ask("GET", path, { key: null, headers });
    expect(JSON.stringify(shown.body)).not.toContain("447700900003");
    expect(shown.body.participants[0].number).toBe("•••• 03");
    expect(shown.body.participants[0].virtualNumber).toMatch(/^\+44\d+$/);
    const body = { conversation: opened.body.id, participant: opened.body.participants[0].id };
    const revealed = await api.ask("POST", "/console/reveal", { key: null, headers, body });
    expect(revealed).toMatchObject({ status: 200, body: { number: "+447700900003" } });
    const line = api.log.find((each) => each.includes("A real number was shown"))!;
    expect(JSON.parse(line)).toMatchObject({
      ...{ key: "admin", conversationId: body.conversation, participantId: body.participant },
    });
    expect(api.log.join("")).not.toContain("447700900003");
  });
});
