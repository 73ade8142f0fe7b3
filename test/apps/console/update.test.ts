import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noAnswer } from "#apps/client/problem.ts";
import type { Action, Request } from "#apps/console/actions.ts";
import { readAddress, type Screen, writeAddress } from "#apps/console/addresses.ts";
import { textsOnHandset } from "#apps/console/handset-texts.ts";
import type { Message, Pool, WebhookEndpoint } from "#apps/console/model.ts";
import { listens, needs, servicePath } from "#apps/console/needs.ts";
import { FAULT_NAMES, faultNamesIn, faultsOf, PLAYERS } from "#apps/console/players.ts";
import { firstState, type State } from "#apps/console/state.ts";
import { ratesIn, throttledIn, troublesIn } from "#apps/console/troubles.ts";
import { update } from "#apps/console/update.ts";
import { spanBetween, wayOf } from "#apps/console/way.ts";
import { whatIs } from "#apps/console/what-is.ts";
import { de } from "#apps/console/words/de.ts";
import { en } from "#apps/console/words/en.ts";

const id = (prefix: string) => fc.stringMatching(/^[0-9a-z]{26}$/).map((suffix) => `${prefix}_${suffix}`);
const screen: fc.Arbitrary<Screen> = fc.oneof(
  fc
    .constantFrom("now", "find", "links", "explain", "services", "playground")
    .map((name) => ({ name }) as Screen),
  fc.record({
    name: fc.constant("conversations" as const),
    state: fc.constantFrom("open", "closed", null),
    cursor: fc.option(fc.string({ minLength: 1 })),
  }),
  fc.record({ name: fc.constant("conversation" as const), id: id("cnv"), message: fc.option(id("msg")) }),
  fc.record({
    name: fc.constant("events" as const),
    kind: fc.option(fc.constantFrom("message", "conversation", "link")),
  }),
  fc.record({
    name: fc.constant("webhooks" as const),
    service: fc.option(fc.stringMatching(/^[a-z0-9-]{1,40}$/)),
  }),
  fc.record({ name: fc.constant("webhook" as const), id: id("whe") }),
  fc.record({ name: fc.constant("failures" as const), since: fc.constantFrom("day", "week") }),
  fc.record({
    name: fc.constant("audit" as const),
    action: fc.option(fc.stringMatching(/^[a-z-]{1,30}\.[a-z-]{1,29}$/)),
    subject: fc.option(fc.stringMatching(/^[A-Za-z0-9_:+.-]{1,100}$/)),
    cursor: fc.option(fc.string({ minLength: 1 })),
  }),
  fc.record({
    name: fc.constant("numbers" as const),
    country: fc.option(fc.stringMatching(/^[A-Z]{2}$/)),
  }),
);
const zone = fc.constantFrom("local", "utc");

const session = (scope: "admin" | "read") => ({
  signedIn: true,
  name: "n",
  scope,
  service: null,
  until: null,
  sandbox: true,
});
const start = (scope: "admin" | "read" = "admin"): State => ({
  ...firstState(
    { screen: { name: "now" }, zone: "local" },
    { language: "en", theme: "auto", density: "normal" },
    0,
  ),
  session: session(scope),
});

describe("an address", () => {
  test("of a screen leads back to it, with its filters and its zone", () => {
    fc.assert(
      fc.property(screen, zone, (one, two) => {
        const url = new URL(writeAddress({ screen: one, zone: two }), "http://host");
        expect(readAddress(url.pathname, url.search)).toEqual({ screen: one, zone: two });
      }),
    );
  });

  test("that nobody has written is nowhere, and breaks nothing", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, query) => {
        expect(readAddress(path, `?${query}`).screen.name).toBeTypeOf("string");
      }),
    );
    expect(readAddress("/console/elsewhere", "").screen.name).toBe("nowhere");
  });
});

const problem = noAnswer("nobody is there");
const text = fc.string({ maxLength: 30 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("go" as const), screen }),
  fc.record({ kind: fc.constant("zone" as const), zone }),
  fc.record({
    kind: fc.constant("find" as const),
    typed: fc.oneof(text, id("cnv"), fc.constant("+447700900001")),
  }),
  fc.constantFrom<Action>(
    { kind: "away" },
    { kind: "back" },
    { kind: "pause" },
    { kind: "close-dialog" },
    { kind: "forget-notice" },
    { kind: "sign-out" },
    { kind: "drain" },
    { kind: "release" },
    { kind: "open-dialog", dialog: { kind: "rent" } },
    { kind: "add-service", slug: "rides", name: "" },
    { kind: "open-dialog", dialog: { kind: "add-webhook" } },
    {
      kind: "add-webhook",
      url: "https://app.example",
      events: "message.*, link.*",
      isWithText: false,
      service: null,
    },
    { kind: "rotate-webhook" },
    { kind: "remove-webhook" },
    { kind: "replay-webhook", since: "2026-01-01T00:00:00.000Z" },
    { kind: "test-webhook", endpoint: "whe_1" },
    { kind: "pause-webhook", endpoint: "whe_1" },
    { kind: "retry", code: "receipt-1", since: 0 },
    { kind: "retry-found" },
    { kind: "stop-retry" },
    { kind: "pause-link" },
    { kind: "resume-link", name: "http" },
    { kind: "set-link", window: null, rate: 30 },
    { kind: "open-dialog", dialog: { kind: "drain", number: "+447418300000" } },
  ),
  fc.record({ kind: fc.constant("close-conversation" as const), reason: text }),
  fc.record({
    kind: fc.constant("answered" as const),
    command: fc.constantFrom("close", "find", "find-texts", "send", "rent", "faults", "reveal par_1"),
    answered: fc.constant({ ok: false as const, problem }),
  }),
  fc.record({
    kind: fc.constant("fault" as const),
    fault: fc.constantFrom(...FAULT_NAMES),
    isOn: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("draft" as const), handset: fc.constant(PLAYERS[0].number), text }),
  fc.record({
    kind: fc.constant("text" as const),
    handset: fc.constant(PLAYERS[0].number),
    to: fc.constant("+447418300000"),
    text,
    now: fc.nat(),
  }),
);

/** All that stands in the address of a request. */
const addressIn = (request: Request) => [
  request.path,
  ...("params" in request ? [request.params, request.query] : []),
];

const run = (state: State, actions: readonly Action[]) =>
  actions.reduce((step, each) => update(step.state, each), { state, effects: [] } as ReturnType<
    typeof update
  >);

describe("the console", () => {
  test("takes whatever comes in whatever order, and its state stays data", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const { state } = run(start(), actions);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(needs(state).length).toBeLessThan(8);
        expect(listens(state).length).toBeLessThan(3);
      }),
    );
  });

  test("changes nothing in the world for a key that may only read", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        let { state } = run(start("read"), []);
        for (const each of actions.filter(
          ({ kind }) => !["text", "fault", "sign-out", "find"].includes(kind),
        )) {
          const step = update(state, each);
          expect(step.effects.filter(({ kind }) => kind === "call")).toEqual([]);
          state = step.state;
        }
      }),
    );
  });

  test("never puts a number into an address", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const { effects } = run(start(), [...actions, { kind: "find", typed: "+44 7700 900001" }]);
        for (const effect of effects)
          expect(JSON.stringify(effect.kind === "call" ? addressIn(effect.request) : effect)).not.toContain(
            "7700",
          );
      }),
    );
  });

  test("forgets the numbers that it has shown when somebody goes on", () => {
    const shown = { ...start(), revealed: { par_1: "+447700900001" } };
    expect(update(shown, { kind: "go", screen: { name: "links" } }).state.revealed).toEqual({});
  });

  test("takes back what it has told after a while", () => {
    const told = { ...start(), notice: "send", noticeAt: 1_000 };
    expect(update(told, { kind: "tick", now: 2_000 }).state.notice).toBe("send");
    expect(update(told, { kind: "tick", now: 60_000 }).state.notice).toBeNull();
  });

  test("shows the form again when the session has ended", () => {
    const answered = { ok: false as const, problem: { ...problem, status: 401 } };
    expect(update(start(), { kind: "answered", command: "close", answered }).state.session?.signedIn).toBe(
      false,
    );
  });
});

test("changing a rule of a service leaves alone what the form does not know, and asks for no other version", () => {
  const service = {
    ...{ id: "svc_1", slug: "rides", name: null, version: 3, createdAt: "" },
    rules: { quarantine: "14d", ttl: "2h", language: "de", somethingNew: true },
  };
  const known = { ...start(), resources: { [servicePath("rides")]: { data: service, problem: null } } };
  const fields = { name: "Rides", ttl: "", quarantine: "7d", language: "de" };
  const { effects } = run(known, [{ kind: "change-service", slug: "rides", fields }]);
  const rules = { quarantine: "7d", language: "de", somethingNew: true };
  expect(effects).toMatchObject([
    { request: { method: "PATCH", body: { name: "Rides", rules } }, ifVersion: 3 },
  ]);
  expect(run(start(), [{ kind: "change-service", slug: "rides", fields }]).effects).toEqual([]);
});

describe("the one box", () => {
  test("tells ids, numbers and references apart", () => {
    expect(whatIs("  ")).toEqual({ kind: "nothing" });
    expect(whatIs("CNV_01h455vb4pex5vsknk084sn02q").kind).toBe("conversation");
    expect(whatIs("msg_01h455vb4pex5vsknk084sn02q").kind).toBe("message");
    for (const number of ["+44 7700 900001", "447700900001", "(0044) 7700-900 001"])
      expect(whatIs(number).kind).toBe("number");
    for (const reference of ["ride-4711", "12345", "cnv_", "order 123456789 b"])
      expect(whatIs(reference).kind).toBe("reference");
  });
});

const message = (parts: Partial<Message>): Message => ({
  id: "msg_1",
  conversationId: "cnv_1",
  sender: "par_1",
  recipient: "par_2",
  text: "Hello",
  state: "delivered",
  link: "smpp",
  segments: 1,
  attempts: 1,
  carrierMessageIds: [],
  failure: null,
  retryOf: null,
  retriedAs: null,
  receivedAt: "2026-01-01T00:00:00.000Z",
  queuedAt: "2026-01-01T00:00:00.010Z",
  sentAt: "2026-01-01T00:00:00.250Z",
  finalAt: "2026-01-01T00:00:01.000Z",
  ...parts,
});

describe("the way of a text", () => {
  test("goes from received to its receipt, with the time that each step took", () => {
    const way = wayOf(message({}));
    expect(way.map(({ kind }) => kind)).toEqual(["received", "decided", "queued", "sent", "receipt"]);
    expect(spanBetween(way[2]!.at, way[3]!.at)).toBe(240);
  });

  test("ends where it was refused, and says why", () => {
    const failure = { code: "pair-block", detail: "" };
    const refused = wayOf(message({ state: "blocked", failure, queuedAt: null, sentAt: null }));
    expect(refused.at(-1)).toMatchObject({ kind: "decided", decision: "refused", failure });
  });

  test("says what has not happened yet", () => {
    const way = wayOf(message({ state: "unknown", sentAt: null, finalAt: null }));
    expect(way.at(-2)).toMatchObject({ kind: "sent", progress: "unanswered" });
    expect(way.at(-1)).toMatchObject({ kind: "receipt", state: null, at: null });
  });
});

const endpoint: WebhookEndpoint = {
  id: "whe_1",
  url: "https://app.example",
  events: ["*"],
  include: [],
  service: "default",
  state: "active",
  disabledReason: null,
  createdAt: "",
  lastDeliveredAt: null,
  failingSince: null,
  nextAttemptAt: null,
};

describe("the secret of a webhook endpoint", () => {
  const rotated = run(start(), [
    { kind: "open-dialog", dialog: { kind: "rotate-webhook", endpoint } },
    { kind: "rotate-webhook" },
    {
      kind: "answered",
      command: "rotate-webhook",
      answered: { ok: true, value: { ...endpoint, secret: "whsec_1" } },
    },
  ]).state;

  test("is shown until somebody goes on, and kept nowhere else", () => {
    expect(rotated).toMatchObject({ secret: "whsec_1", dialog: null });
    const { state } = update(rotated, { kind: "go", screen: { name: "links" } });
    expect(JSON.stringify(state)).not.toContain("whsec_1");
  });

  test("is gone when it is kept, and with the session", () => {
    for (const kind of ["forget-secret", "sign-out"] as const)
      expect(JSON.stringify(update(rotated, { kind }).state)).not.toContain("whsec_1");
  });
});

describe("what is wrong", () => {
  const link = {
    name: "smpp-1",
    kind: "smpp",
    direction: "transceiver",
    reason: null,
  } as never as Parameters<typeof troublesIn>[0]["links"] extends readonly (infer L)[] | null ? L : never;

  const pool: Pool = {
    service: "default",
    country: "GB",
    numbers: { active: 3, draining: 0, reserved: 0 },
    liveRoutes: 2,
    quarantinedRoutes: 0,
    minimum: 1,
    boundBy: null,
    headRoom: 2,
  };

  test("is a country in which the next conversation may find no number", () => {
    const facts = {
      isDatabaseUp: true,
      links: [{ ...link, state: "up" as const }],
      webhooks: null,
      samples: [],
    };
    expect(troublesIn({ ...facts, pools: [pool, { ...pool, headRoom: 0 }] })).toEqual([
      { kind: "poolSpent", country: "GB" },
    ]);
  });

  test("is nothing while nothing is known, and while all is well", () => {
    expect(troublesIn({ isDatabaseUp: null, links: null, pools: null, webhooks: null, samples: [] })).toEqual(
      [],
    );
    const fine = {
      isDatabaseUp: true,
      links: [{ ...link, state: "up" as const }],
      pools: [pool],
      webhooks: [endpoint],
      samples: [],
    };
    expect(troublesIn(fine)).toEqual([]);
  });

  test("names the worst first", () => {
    const all = troublesIn({
      isDatabaseUp: false,
      links: [{ ...link, state: "down" }],
      pools: [],
      webhooks: [
        { ...endpoint, failingSince: "2026-01-01T00:00:00.000Z" },
        { ...endpoint, state: "paused", failingSince: "2026-01-01T00:00:00.000Z" },
      ],
      samples: [
        { at: 0, sent: 0, throttled: 0 },
        { at: 1_000, sent: 0, throttled: 2 },
      ],
    });
    expect(all.map(({ kind }) => kind)).toEqual([
      "database",
      "noLinks",
      "noNumbers",
      "linkDown",
      "webhookFailing",
      "throttled",
    ]);
  });

  test("is counted anew when a process has begun anew", () => {
    const samples = [
      { at: 0, sent: 100, throttled: 5 },
      { at: 1_000, sent: 110, throttled: 5 },
      { at: 2_000, sent: 3, throttled: 0 },
    ];
    expect(ratesIn(samples)).toEqual([10, 0]);
    expect(throttledIn(samples)).toBe(0);
  });
});

describe("the playground", () => {
  test("knows its switches from what the carrier says is wrong with it", () => {
    fc.assert(
      fc.property(fc.subarray([...FAULT_NAMES]), (names) => {
        const told = JSON.parse(JSON.stringify(faultsOf(names)).replace('"2s"', "2000"));
        expect(faultNamesIn(told)).toEqual(names);
      }),
    );
  });

  test("shows a text once, before and after the API knows it", () => {
    const own = { number: PLAYERS[0].number, participant: "par_1" };
    const at = Date.parse("2026-01-01T00:00:00Z");
    const pending = [
      { from: own.number, text: "Hello", at },
      { from: own.number, text: "Hello", at: at + 1 },
    ];
    expect(textsOnHandset(own, [], pending, [])).toHaveLength(2);
    expect(textsOnHandset(own, [message({})], pending, [])).toHaveLength(2);
    expect(textsOnHandset(own, [message({}), message({ id: "msg_2" })], pending, [])).toHaveLength(2);
  });
});

/** Every key of a record, dotted. */
const keysOf = (value: unknown, path = ""): readonly string[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inside]) => keysOf(inside, `${path}.${key}`))
    : [path];

test("both languages say the same things, also those that the types leave open", () => {
  expect(keysOf(de).toSorted()).toEqual(keysOf(en).toSorted());
});
