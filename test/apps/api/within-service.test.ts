import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blockKey } from "#adapters/memory/routes.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables, type MemoryTables } from "#adapters/memory/tables.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { blockId, readServiceName } from "#apps/api/public-ids.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { CALLS } from "./calls.ts";
import { type Asking, type Reply, type RunningApi, startApi } from "./running-api.ts";

const OWN = "secret-of-the-key-for-rides";
const GONE = "secret-of-the-key-for-nothing";
const PEOPLE = [{ number: "+447700900123" }, { number: "+447700900456" }];
const [OWN_NUMBERS, FOREIGN_NUMBERS, ABSENT_NUMBER] = [
  ["+447700900001", "+447700900002"],
  ["+447700900011", "+447700900012"],
  "+447700900099",
];

/** Something to ask about: ids in paths, names of services, one of our numbers. */
interface Target {
  readonly conversation: string;
  readonly participant: string;
  readonly message: string;
  readonly broadcast: string;
  readonly endpoint: string;
  readonly block: string;
  readonly service: string;
  readonly number: string;
}

const ABSENT: Target = {
  conversation: "cnv_01h455vb4pex5vsknk084sn02q",
  participant: "par_01h455vb4pex5vsknk084sn02r",
  message: "msg_01h455vb4pex5vsknk084sn02t",
  broadcast: "bct_01h455vb4pex5vsknk084sn02v",
  endpoint: "whe_01h455vb4pex5vsknk084sn02v",
  block: "blk_01h455vb4pex5vsknk084sn02v",
  service: "nothing-of-that-name",
  number: ABSENT_NUMBER,
};

/** How each call names what it is about; null: it names nothing, and lists or makes what is the key's own. */
const NAMED: Readonly<Record<string, ((target: Target) => readonly [path: string, body?: object]) | null>> = {
  openConversation: ({ service }) => ["/v1/conversations", { service, participants: PEOPLE }],
  searchConversations: ({ service }) => ["/v1/conversations/search", { service }],
  listConversations: ({ service }) => [`/v1/conversations?service=${service}`],
  getConversation: ({ conversation }) => [`/v1/conversations/${conversation}`],
  patchConversation: ({ conversation }) => [`/v1/conversations/${conversation}`, { metadata: { a: "b" } }],
  closeConversation: ({ conversation }) => [`/v1/conversations/${conversation}/close`, {}],
  swapParticipant: ({ conversation, participant }) => [
    `/v1/conversations/${conversation}/participants/${participant}/swap`,
    { number: "+447700900789" },
  ],
  listMessages: ({ conversation }) => [`/v1/conversations/${conversation}/messages`],
  sendMessage: ({ conversation }) => [
    `/v1/conversations/${conversation}/messages`,
    { to: "all", text: "Hi" },
  ],
  searchMessages: ({ service }) => ["/v1/messages/search", { service, number: PEOPLE[0]!.number }],
  getMessage: ({ message }) => [`/v1/messages/${message}`],
  retryMessage: ({ message }) => [`/v1/messages/${message}/retry`, {}],
  retryFailedMessages: ({ service }) => ["/v1/messages/retry", { service, code: "ttl", dryRun: true }],
  listNumbers: ({ service }) => [`/v1/numbers?service=${service}`],
  registerNumber: ({ service }) => ["/v1/numbers", { service, number: "+447700900077", country: "GB" }],
  searchAvailableNumbers: null,
  rentNumbers: ({ service }) => ["/v1/numbers/rent", { service, country: "GB", count: 1 }],
  drainNumber: ({ number }) => [`/v1/numbers/${encodeURIComponent(number)}/drain`, {}],
  releaseNumber: ({ number }) => [`/v1/numbers/${encodeURIComponent(number)}`],
  explainRoute: ({ number }) => ["/v1/routes/explain", { from: PEOPLE[0]!.number, to: number }],
  addOptOut: ({ service }) => ["/v1/opt-outs", { service, number: "+447700900789" }],
  getOptOut: ({ service }) => [`/v1/opt-outs/%2B447700900789?service=${service}`],
  putOptOut: ({ service }) => [`/v1/opt-outs/%2B447700900789?service=${service}`, {}],
  listOptOuts: ({ service }) => [`/v1/opt-outs?service=${service}`],
  importOptOuts: null,
  listBlocks: ({ service }) => [`/v1/blocks?service=${service}`],
  removeBlock: ({ block }) => [`/v1/blocks/${block}`],
  removeOptOut: ({ service }) => [`/v1/opt-outs/%2B447700900789?service=${service}`],
  addService: null,
  listServices: null,
  getService: ({ service }) => [`/v1/services/${service}`],
  changeService: ({ service }) => [`/v1/services/${service}`, { name: "Stolen" }],
  removeService: ({ service }) => [`/v1/services/${service}`],
  sendBroadcast: null,
  getBroadcast: ({ broadcast }) => [`/v1/broadcasts/${broadcast}`],
  listBroadcastResults: ({ broadcast }) => [`/v1/broadcasts/${broadcast}/results`],
  pauseBroadcast: ({ broadcast }) => [`/v1/broadcasts/${broadcast}/pause`, {}],
  resumeBroadcast: ({ broadcast }) => [`/v1/broadcasts/${broadcast}/resume`, {}],
  cancelBroadcast: ({ broadcast }) => [`/v1/broadcasts/${broadcast}/cancel`, {}],
  addWebhookEndpoint: ({ service }) => [
    "/v1/webhook-endpoints",
    { service, url: HOOK, events: ["message.*"] },
  ],
  listWebhookEndpoints: ({ service }) => [`/v1/webhook-endpoints?service=${service}`],
  getWebhookEndpoint: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}`],
  changeWebhookEndpoint: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}`, { events: ["number.*"] }],
  removeWebhookEndpoint: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}`],
  rotateWebhookSecret: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}/rotate`, {}],
  testWebhookEndpoint: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}/test`, {}],
  pauseWebhookEndpoint: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}/pause`, {}],
  resumeWebhookEndpoint: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}/resume`, {}],
  replayWebhooks: ({ endpoint }) => [
    `/v1/webhook-endpoints/${endpoint}/replay`,
    { since: "2026-01-01T00:00:00Z" },
  ],
  listDeliveries: ({ endpoint }) => [`/v1/webhook-endpoints/${endpoint}/deliveries`],
  showPool: ({ service }) => [`/v1/pool?service=${service}`],
  listEvents: null,
  listLinks: null,
  patchLink: null,
  pauseLink: null,
  resumeLink: null,
  restartLink: null,
  listFailures: null,
  listReports: ({ service }) => [`/v1/reports?service=${service}`],
  reassignNumber: ({ conversation, participant }) => [
    `/v1/conversations/${conversation}/participants/${participant}/reassigned`,
    {},
  ],
  erasePerson: null,
  getErasure: null,
  exportPerson: null,
  placeHold: null,
  listHolds: null,
  releaseHold: null,
  listAuditEntries: null,
  getAuditKey: null,
};

/** A public address, to which nothing is sent. */
const HOOK = "https://192.0.2.1/hooks";
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const tables = emptyTables();
let api: RunningApi;
let foreign: Target;
let own: Target;

const asKey = (
  method: string,
  [path, body]: readonly [string, object?],
  asking: Asking = {},
): Promise<Reply> => api.ask(method, path, { key: OWN, ...(body && { body }), ...asking });

/** What there is, beside texts on their way, which go on. */
const stored = (of: MemoryTables): string =>
  JSON.stringify(
    [
      of.services,
      of.numbers,
      of.conversations,
      of.routes,
      of.optOuts,
      of.blocks,
      of.wishes,
      of.broadcasts,
      of.messages.size,
    ],
    (_key, value) => (value instanceof Map ? [...value] : value instanceof Set ? [...value] : value),
  );

const makeTarget = async (slug: string, numbers: readonly string[]): Promise<Target> => {
  const service = await api.ask("POST", "/v1/services", { body: { slug, name: slug } });
  expect(service.status).toBe(201);
  for (const number of numbers) {
    const added = await api.ask("POST", "/v1/numbers", { body: { service: slug, number, country: "GB" } });
    expect(added.status).toBe(201);
  }
  const opened = await api.ask("POST", "/v1/conversations", {
    body: { service: service.body.id, participants: PEOPLE, reference: "order-1" },
  });
  expect(opened.body).toMatchObject({ service: slug });
  const conversation: string = opened.body.id;
  const messages = await api.ask("GET", `/v1/conversations/${conversation}/messages`);
  const broadcast = await api.ask("POST", `/v1/broadcasts?service=${slug}&startAt=${TOMORROW}`, {
    body: [{ conversation: opened.body.id, to: opened.body.participants[0].id, text: "Later" }],
    headers: { "Idempotency-Key": slug },
  });
  expect(broadcast.body).toMatchObject({ accepted: 1 });
  const endpoint = await api.ask("POST", "/v1/webhook-endpoints", {
    body: { service: slug, url: HOOK, events: ["number.drained"] },
  });
  expect(endpoint.status).toBe(201);
  const named = readServiceName(service.body.id);
  const serviceId = "id" in named ? named.id : slug;
  const id = uuidV7Ids(systemClock).next();
  const [blocker, blocked] = ["447700900811" as Msisdn, "447700900812" as Msisdn];
  tables.blocks.set(blockKey(serviceId, blocker, blocked), {
    ...{ id, serviceId, word: "block", since: 1, saidAt: 1, blocker, blocked },
    ...{ conversationId: id, blockerId: id, blockedId: id, virtualNumber: numbers[0]!.slice(1) as Msisdn },
  });
  return {
    block: blockId(id),
    broadcast: broadcast.body.id,
    endpoint: endpoint.body.id,
    conversation,
    participant: opened.body.participants[0].id,
    message: messages.body.items[0].id,
    service: slug,
    number: numbers[0]!,
  };
};

beforeAll(async () => {
  const keys = [
    { name: "admin", secret: "admin-secret-of-the-tests", scope: "admin", service: null },
    { name: "rides", secret: OWN, scope: "admin", service: "rides" },
    { name: "gone", secret: GONE, scope: "admin", service: "gone" },
  ] as const;
  api = await startApi({
    settings: { apiKeys: keys, webhookNetworks: ["192.0.2.0/24"] },
    storage: memoryStorage({ clock: systemClock, tables }),
    simulator: {
      rented: [...OWN_NUMBERS, ...FOREIGN_NUMBERS].map((number) => ({
        country: "GB",
        msisdn: number.slice(1),
      })),
    },
  });
  own = await makeTarget("rides", OWN_NUMBERS);
  foreign = await makeTarget("meals", FOREIGN_NUMBERS);
});
afterAll(() => api.stop());

describe("a key of one service", () => {
  test("is tried on every call that there is", () => {
    const untried = CALLS.map(({ operationId }) => operationId).filter((id) => !(id in NAMED));
    expect(untried).toEqual([]);
  });

  test.each(CALLS.filter(({ operationId }) => NAMED[operationId]))(
    "finds what is another's as little as what is nobody's, and changes nothing: $operationId",
    async ({ method, operationId }) => {
      const name = NAMED[operationId]!;
      const absent = await asKey(method, name(ABSENT));
      const before = stored(tables);
      const reply = await asKey(method, name(foreign));
      const told = { ...reply.body, instance: undefined };
      expect(told).toEqual({ ...absent.body, instance: undefined });
      if (operationId !== "explainRoute") expect(reply.status).toBe(404);
      expect(stored(tables)).toBe(before);
    },
  );

  test.each(["/v1/conversations", "/v1/numbers", "/v1/services", "/v1/failures", "/v1/pool", "/v1/blocks"])(
    "lists what is its own alone: %s",
    async (path) => {
      const { status, body } = await asKey("GET", [path]);
      expect(status).toBe(200);
      const shown = JSON.stringify(body);
      for (const each of [foreign.conversation, foreign.service, ...FOREIGN_NUMBERS])
        expect(shown).not.toContain(each);
    },
  );

  test("reads the events of its own alone", async () => {
    const { body } = await asKey("GET", ["/v1/events?after=first&limit=200"]);
    const opened = body.items.filter(({ type }: { readonly type: string }) => type === "conversation.opened");
    expect(opened.map(({ subject }: { readonly subject: string }) => subject)).toEqual([own.conversation]);
    for (const { service } of body.items) expect(service).toBe("rides");
  });

  test("finds its own", async () => {
    expect((await asKey("GET", [`/v1/conversations/${own.conversation}`])).status).toBe(200);
    expect((await asKey("GET", [`/v1/messages/${own.message}`])).status).toBe(200);
    expect((await asKey("GET", ["/v1/services/rides"])).body).toMatchObject({ slug: "rides" });
    const opened = await asKey("POST", ["/v1/conversations", { participants: PEOPLE, onOpen: "reuse" }]);
    expect(opened.body).toMatchObject({ id: own.conversation });
    const explained = await asKey("POST", [
      "/v1/routes/explain",
      { from: PEOPLE[1]!.number, to: own.number },
    ]);
    expect(explained.body).toMatchObject({ outcome: expect.stringMatching(/relay|unroutable/) });
  });

  test("takes back its own blocks, and opts nobody out of another's texts", async () => {
    const { body } = await asKey("GET", ["/v1/blocks"]);
    expect(body.items).toMatchObject([{ id: own.block, word: "block" }]);
    expect((await asKey("DELETE", [`/v1/blocks/${own.block}`])).status).toBe(204);
    expect((await asKey("DELETE", [`/v1/blocks/${own.block}`])).status).toBe(404);
    const wide = await asKey("POST", ["/v1/opt-outs", { number: "+447700900803", scope: "all" }]);
    expect(wide.status).toBe(403);
    const imported = await api.ask("POST", "/v1/opt-outs/import", {
      key: OWN,
      body: [{ number: "+447700900803", scope: "all" }, { number: "+447700900804" }],
      headers: { "Idempotency-Key": "import" },
    });
    expect(imported.body).toMatchObject({ accepted: 1, refused: [{ line: 1 }] });
    const listed = await asKey("GET", ["/v1/opt-outs"]);
    expect(listed.body.items).toMatchObject([{ number: "+447700900804", scope: "service" }]);
  });

  test("asks for nothing that is about more than its service", async () => {
    expect((await asKey("GET", ["/v1/links"])).status).toBe(403);
    expect((await asKey("POST", ["/v1/services", { slug: "mine" }])).status).toBe(403);
  });

  test("asks for nothing at all when its service does not exist", async () => {
    const reply = await api.ask("GET", "/v1/conversations", { key: GONE });
    expect(reply.status).toBe(403);
  });
});

describe("a service", () => {
  test("goes by its own rules, which change while it runs", async () => {
    const rules = {
      quarantine: "1d",
      ttl: "2h",
      sticky: false,
      texts: { de: { stop: "Ende. START: wieder." } },
      leaks: { phone: "mask", email: "off", link: "observe", handle: "block", warn: true },
      limits: {
        ...{ perMinute: 10, perHour: 100, perDay: 500, sameTextTo: 6, sameLinkTo: 3 },
        action: "observe",
      },
    };
    const changed = await api.ask("PATCH", "/v1/services/meals", { body: { rules } });
    expect(changed.body).toMatchObject({ rules, version: 2 });
    expect(changed.headers.get("etag")).toBe('"2"');
    const late = await api.ask("PATCH", "/v1/services/meals", {
      ...{ body: { name: "Late" }, headers: { "if-match": '"1"' } },
    });
    expect(late.body).toMatchObject({ status: 412, type: "urn:sms-proxy:version-mismatch" });
    const known = await api.ask("GET", "/v1/services/meals", { headers: { "if-none-match": '"2"' } });
    expect(known.status).toBe(304);
    const opened = await api.ask("POST", "/v1/conversations", {
      body: { service: "meals", participants: [{ number: "+447700900801" }, { number: "+447700900802" }] },
    });
    expect(Date.parse(opened.body.expiresAt) - Date.parse(opened.body.openedAt)).toBe(2 * 3_600_000);
    const closed = await api.ask("POST", `/v1/conversations/${opened.body.id}/close`, { body: {} });
    expect(closed.status).toBe(200);
    const [route] = [...tables.routes.values()]
      .flat()
      .filter(({ closedAt, sender }) => closedAt !== null && sender === "447700900801");
    expect(route!.quarantinedUntil! - route!.closedAt!).toBe(24 * 3_600_000);
  });

  test("is refused with wrong rules, a wrong slug, or one that is taken", async () => {
    const post = (body: object) => api.ask("POST", "/v1/services", { body });
    expect((await post({ slug: "Rides!" })).status).toBe(422);
    expect((await post({ slug: "rides" })).body).toMatchObject({ type: "urn:sms-proxy:service-in-use" });
    expect((await post({ slug: "new", rules: { quarantine: "soon" } })).status).toBe(422);
    expect((await post({ slug: "new", rules: { texts: { de: { stop: "x".repeat(161) } } } })).status).toBe(
      422,
    );
    expect((await post({ slug: "new", rules: { unheardOf: 1 } })).status).toBe(422);
    for (const limits of [
      { perMinute: 0 },
      { perHour: 1.5 },
      { perDay: 0 },
      { perWeek: 9 },
      { action: "drop" },
    ])
      expect((await post({ slug: "new", rules: { limits } })).status).toBe(422);
    for (const leaks of [{ phone: "hide" }, { fax: "mask" }, { warn: "yes" }, "mask"])
      expect((await post({ slug: "new", rules: { leaks } })).status).toBe(422);
  });

  test("shows where its hooks are, and never their secrets", async () => {
    const hook = { url: "https://127.0.0.1.nip.example/hook", timeout: "500ms", onSilence: "block" };
    const patch = (beforeRelay: object) =>
      api.ask("PATCH", "/v1/services/meals", { body: { rules: { beforeRelay } } });
    const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    expect((await patch(hook)).body.errors).toMatchObject([{ path: "rules.beforeRelay.secret" }]);
    expect((await patch({ ...hook, secret })).body.rules).toEqual({ beforeRelay: hook });
    expect((await patch(hook)).body.rules).toEqual({ beforeRelay: hook });
    const shown = await api.ask("GET", "/v1/services");
    expect(JSON.stringify(shown.body)).not.toContain("whsec_");
    const wrong: Readonly<Record<string, unknown>>[] = [
      { secret: "whsec_short" },
      { timeout: "99ms" },
      { timeout: "31s" },
      { onSilence: "ask" },
      { onSilence: undefined },
      { url: "http://app.example/hook" },
      { url: "ftp://app.example/hook" },
      { url: "https://app.example:5432/" },
      { url: undefined },
      { unheardOf: 1 },
    ];
    for (const change of wrong) expect((await patch({ ...hook, secret, ...change })).status).toBe(422);
    const stranger = { url: hook.url, timeout: "5s" };
    const both = await api.ask("PATCH", "/v1/services/meals", {
      body: { rules: { beforeRelay: hook, outOfSession: { ...stranger, secret } } },
    });
    expect(both.body.rules).toEqual({ beforeRelay: hook, outOfSession: stranger });
    const inside = await patch({ ...hook, secret, url: "https://10.0.0.1/hook" });
    expect(inside.body).toMatchObject({ type: "urn:sms-proxy:blocked-url" });
  });

  test("goes when it has no numbers, and the default one never", async () => {
    expect((await api.ask("POST", "/v1/services", { body: { slug: "brief" } })).status).toBe(201);
    expect((await api.ask("DELETE", "/v1/services/brief")).status).toBe(204);
    expect((await api.ask("DELETE", "/v1/services/brief")).status).toBe(404);
    for (const slug of ["rides", "default"]) {
      const refused = await api.ask("DELETE", `/v1/services/${slug}`);
      expect(refused.body).toMatchObject({ type: "urn:sms-proxy:service-in-use" });
    }
  });

  test("goes by its slug wherever it is named, as events name it", async () => {
    const named = await Promise.all(
      ["/v1/conversations", "/v1/numbers", "/v1/pool", "/v1/blocks", "/v1/events?after=first"].map(
        async (path) =>
          (await api.ask("GET", path)).body.items.map(({ service }: { service: string }) => service),
      ),
    );
    const broadcast = await api.ask("GET", `/v1/broadcasts/${foreign.broadcast}`);
    expect(broadcast.body).toMatchObject({ service: "meals" });
    for (const services of named) expect(services).toContain("meals");
    expect(new Set(named.flat())).toEqual(new Set(["rides", "meals"]));
  });

  test("keeps a number that another one asks for", async () => {
    const body = { number: FOREIGN_NUMBERS[0], service: "rides" };
    const reply = await api.ask("POST", "/v1/numbers", { body });
    expect(reply.body).toMatchObject({ type: "urn:sms-proxy:number-in-use" });
  });
});
