import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ed25519Signer } from "#adapters/node/ed25519.ts";
import { AUDITED_CALLS, UNAUDITED_CALLS } from "#apps/api/audit/audited-calls.ts";
import { openApiDocument } from "#apps/api/openapi/document.ts";
import { publishAuditHead } from "#core/use-cases/publish-audit-head.ts";
import { verifyAudit } from "#core/use-cases/verify-audit.ts";
import { everythingIn, openedIn } from "#test/adapters/postgres/database-rows.ts";
import { sha256 } from "#test/contracts/audit-log.contract.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { CALLS } from "./calls.ts";
import { copied, dumped, findDump, type RestoredDatabase, restored } from "./database-copies.ts";
import { rent } from "./participants.ts";
import { type Application, live, PERSON, startApplication, WORDS } from "./personal-life.ts";
import { ADMIN, READER, type RunningApi, startApi } from "./running-api.ts";

const PEOPLE = [{ number: "+447700900123" }, { number: "+447700900456" }];
const SIGNING_KEY = new Uint8Array(32).fill(9);
const OWN = ["+447700900001", "+447700900002"];

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({
    settings: { auditSigningKey: SIGNING_KEY },
    simulator: { rented: OWN.map((number) => ({ country: "GB", msisdn: number.slice(1) })) },
  });
  for (const number of OWN) await api.ask("POST", "/v1/numbers", { body: { number, country: "GB" } });
});
afterAll(() => api.stop());

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { operationId: string; responses: object }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Names of all fields that a schema has, whatever it refers to. */
const fieldsIn = (schema: unknown, document: OpenApi, seen = new Set<unknown>()): ReadonlySet<string> => {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return new Set();
  seen.add(schema);
  const { $ref, properties } = schema as { readonly $ref?: string; readonly properties?: object };
  const referred = $ref?.startsWith("#/components/schemas/") && document.components.schemas[$ref.slice(21)];
  return new Set([
    ...Object.keys(properties ?? {}),
    ...[...Object.values(schema), referred].flatMap((inside) => [...fieldsIn(inside, document, seen)]),
  ]);
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there.
const openConversation = async (): Promise<any> => {
  const { status, body } = await api.ask("POST", "/v1/conversations", { body: { participants: PEOPLE } });
  expect(status).toBe(201);
  return body;
};

const entriesOf = async (query: string) => (await api.ask("GET", `/v1/audit?${query}`)).body.items;

describe("the audit log", () => {
  test("knows of every call whether it belongs there, and why not", () => {
    const known = [...Object.keys(AUDITED_CALLS), ...Object.keys(UNAUDITED_CALLS)].toSorted();
    expect(CALLS.map(({ operationId }) => operationId).toSorted()).toEqual(known);
    for (const reason of Object.values(UNAUDITED_CALLS)) expect(reason).toMatch(/^\w.{20,}/);
  });

  test("shows no real number and no text that the caller has not brought by a call that is not in it", () => {
    const brought = ["openConversation", "sendMessage", "getOptOut"];
    const document = openApiDocument(CALLS) as unknown as OpenApi;
    for (const [, calls] of Object.entries(document.paths))
      for (const { operationId, responses } of Object.values(calls)) {
        const reason = UNAUDITED_CALLS[operationId];
        if (reason === undefined || brought.includes(operationId)) continue;
        const fields = fieldsIn(
          Object.entries(responses).filter(([status]) => status < "300"),
          document,
        );
        expect(
          [...fields].filter((name) => /^text$|^from$|^recipientNumber$/.test(name)),
          operationId,
        ).toEqual([]);
        if (!reason.includes("numbers of ours")) expect(fields, operationId).not.toContain("number");
      }
  });

  test("has which rules of a service changed, by name, and of a hook whether it or its secret did", async () => {
    const hook = (secret: string, path = "hook") => ({
      url: `http://127.0.0.1:8080/${path}`,
      secret: `whsec_${Buffer.from(secret.repeat(24)).toString("base64")}`,
      onSilence: "relay",
    });
    const change = (rules: object) => own.ask("PATCH", "/v1/services/default", { body: { rules } });
    const own = await startApi({ settings: { webhookNetworks: ["127.0.0.0/8"] } });
    for (const rules of [
      { beforeRelay: hook("a"), notDelivered: true },
      { beforeRelay: hook("b"), notDelivered: true },
      { beforeRelay: hook("b", "moved"), delayNoticeAfter: "15m" },
      {},
    ])
      expect((await change(rules)).status).toBe(200);
    const { items } = (await own.ask("GET", "/v1/audit?action=service.change&order=oldest-first")).body;
    const told = items.filter(({ data }: { data: { step: string } }) => data.step === "done");
    expect(told.map(({ data }: { data: { rules: unknown } }) => data.rules)).toEqual([
      { beforeRelay: "added", notDelivered: "added" },
      { beforeRelay: "secret" },
      { beforeRelay: "changed", delayNoticeAfter: "added", notDelivered: "removed" },
      { beforeRelay: "removed", delayNoticeAfter: "removed" },
    ]);
    expect(told[0].subjects).toEqual(["service:default", expect.stringMatching(/^svc_/)]);
    expect(JSON.stringify(items)).not.toMatch(/whsec|127\.0/);
    await own.stop();
  });

  test("has who asked where a text would go, as that shows somebody's number", async () => {
    const { id, participants } = await openConversation();
    const to = participants[1].virtualNumber;
    const asked = await api.ask("POST", "/v1/routes/explain", {
      key: READER,
      body: { from: PEOPLE[0]!.number, to },
    });
    expect(asked.body.recipientNumber).toBe(PEOPLE[1]!.number);
    expect(await entriesOf(`subject=${id}&action=route.explain`)).toMatchObject([
      { actor: "reader", subjects: [id, participants[1].id], data: { step: "shown" } },
    ]);
    await api.ask("POST", `/v1/conversations/${id}/close`, { body: {} });
  });

  test("has a change before it is done and with what came of it, by whom and in which request", async () => {
    const { id } = await openConversation();
    const closed = await api.ask("POST", `/v1/conversations/${id}/close`, { body: {} });
    const requestId = closed.headers.get("request-id");
    const entries = await entriesOf(`subject=${id}&action=conversation.close`);
    expect(entries).toMatchObject([
      { data: { step: "done", status: 200 }, subjects: [id], requestId, actor: "admin", via: "api" },
      { data: { step: "asked" }, subjects: [id], requestId },
    ]);
    expect(entries[0].data.of).toBe(entries[1].position);
  });

  test("has who read which numbers and texts, once a minute, and nothing of what was not shown", async () => {
    const { id } = await openConversation();
    for (let i = 0; i < 3; i++) await api.ask("GET", `/v1/conversations/${id}`, { key: READER });
    await api.ask("GET", `/v1/conversations/${id}`);
    const etag = (await api.ask("GET", `/v1/conversations/${id}`)).headers.get("etag")!;
    await api.ask("GET", `/v1/conversations/${id}`, { headers: { "if-none-match": etag } });
    const read = await entriesOf(`subject=${id}&action=conversation.read`);
    expect(read.map(({ actor }: { actor: string }) => actor)).toEqual(["admin", "reader"]);
    await api.ask("GET", `/v1/conversations/${id}/messages`);
    expect(await entriesOf(`subject=${id}&action=message.read`)).toMatchObject([{ data: { step: "shown" } }]);
    await api.ask("POST", `/v1/conversations/${id}/close`, { body: {} });
  });

  test("has whom a browser was shown, and not what it was shown masked", async () => {
    const { id, participants } = await openConversation();
    const headers = { "sec-fetch-site": "same-origin" };
    const session = await api.ask("POST", "/console/session", { key: null, body: { key: ADMIN }, headers });
    const cookie = session.headers.get("set-cookie")!.split(";", 1)[0]!;
    await api.ask("GET", `/v1/conversations/${id}`, { key: null, headers: { ...headers, cookie } });
    expect(await entriesOf(`subject=${id}&action=conversation.read`)).toEqual([]);
    const body = { conversation: id, participant: participants[0]!.id };
    const shown = await api.ask("POST", "/console/reveal", {
      key: null,
      body,
      headers: { ...headers, cookie },
    });
    expect(shown.body).toEqual({ number: PEOPLE[0]!.number });
    expect(await entriesOf(`subject=${participants[0]!.id}&action=number.reveal`)).toMatchObject([
      { via: "console", actor: "admin", subjects: [id, participants[0]!.id] },
    ]);
    await api.ask("POST", `/v1/conversations/${id}/close`, { body: {} });
  });

  test("holds no real number, names people by a digest, and is whole", async () => {
    await api.ask("PUT", "/v1/opt-outs/%2B447700900777", { body: {} });
    await api.ask("POST", "/v1/numbers/%2B447700900888/drain", { body: {} });
    const [added] = await entriesOf("action=opt-out.add");
    expect(added.subjects).toEqual([expect.stringMatching(/^person:[0-9a-f]{32}$/)]);
    expect(await entriesOf(`subject=${added.subjects[0]}`)).toHaveLength(2);
    const all = JSON.stringify(await entriesOf("limit=200"));
    for (const number of ["447700900123", "447700900456", "447700900777", "447700900888"])
      expect(all).not.toContain(number);
    expect(all).toContain("number:+447700900001");
    const { audit } = api.storage;
    const { broken } = await verifyAudit({ audit }, { sha256, isSigned: () => null })();
    expect(broken).toBeNull();
  });

  test("is read page by page, by admins of the whole installation", async () => {
    expect((await api.ask("GET", "/v1/audit", { key: READER })).status).toBe(403);
    const first = await api.ask("GET", "/v1/audit?order=oldest-first&limit=2");
    expect(first.body.items.map(({ position }: { position: number }) => position)).toEqual([1, 2]);
    const next = await api.ask("GET", `/v1/audit?order=oldest-first&limit=2&cursor=${first.body.next}`);
    expect(next.body.items.map(({ position }: { position: number }) => position)).toEqual([3, 4]);
    expect((await api.ask("GET", "/v1/audit?cursor=nonsense")).status).toBe(422);
  });

  test("notes with which keys a process starts, and signs its end after an hour, where there is something new", async () => {
    const [noted] = await entriesOf("action=keys.change");
    expect(noted).toMatchObject({ actor: "system", via: "system" });
    expect(JSON.stringify(noted)).not.toContain(ADMIN);
    const { audit } = api.storage;
    const signer = ed25519Signer(SIGNING_KEY);
    const publishAt = (at: number) => publishAuditHead({ audit, signer, clock: { now: () => at } })();
    expect(await publishAt(Date.now())).toBeNull();
    const head = await publishAt(Date.now() + 3_600_000);
    expect(await publishAt(Date.now() + 9 * 3_600_000)).toBeNull();
    const { body } = await api.ask("GET", "/v1/audit/key");
    expect(head).toMatchObject({ keyId: body.keyId, signature: expect.any(String) });
    expect(body.publicKey).toContain("PUBLIC KEY");
  });
});

describe("the audit log of another installation", () => {
  let own: RunningApi;
  beforeAll(async () => {
    own = await startApi({ settings: { auditSigningKey: SIGNING_KEY } });
  });
  afterAll(() => own.stop());
  const entriesWith = async (action: string) =>
    (await own.ask("GET", `/v1/audit?action=${action}&limit=200`)).body.items;

  const changing = CALLS.filter(({ operationId }) => AUDITED_CALLS[operationId]?.kind === "change");
  const PLACES: Readonly<Record<string, string>> = {
    ...{ number: "+447700900001", service: "default", name: "smpp" },
    ...{ id: "cnv_01h455vb4pex5vsknk084sn02q", participantId: "par_01h455vb4pex5vsknk084sn02q" },
  };

  test.each(changing.map((call) => [call.operationId, call] as const))(
    "has %s, and whether it was done",
    async (operationId, { method, path, example = {}, takesLines }) => {
      const { action } = AUDITED_CALLS[operationId]!;
      const before = (await entriesWith(action)).length;
      const place = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(PLACES[name]!));
      // Such an endpoint is refused: it may be changed, and need not be there.
      const body = operationId === "changeService" ? { name: "Rides" } : example;
      const { status } = await own.ask(method, place, {
        ...(method !== "DELETE" && { body }),
        ...(takesLines && { headers: { "Idempotency-Key": operationId } }),
      });
      const entries = await entriesWith(action);
      expect(entries.length - before).toBe(2);
      expect(entries[1].data).toEqual({ step: "asked" });
      expect(entries[0].data).toMatchObject({ step: status < 300 ? "done" : "refused", status });
    },
  );
});

/** Every way in which a number or a word may stand in what is kept or told. */
const spellingsOf = (secret: string): readonly string[] => {
  const digits = secret.replace(/^\+44/, "");
  const written =
    digits === secret
      ? [secret]
      : [
          ...[`44${digits}`, `0${digits}`, `(0)${digits}`, `${digits.slice(0, 4)} ${digits.slice(4)}`],
          ...[
            `${digits.slice(0, 4)}-${digits.slice(4)}`,
            `${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`,
          ],
        ];
  return written.flatMap((each) => [
    each,
    Buffer.from(each).toString("hex"),
    Buffer.from(each).toString("base64").slice(0, -4),
  ]);
};

/** What the script that auditors are given says of a certificate. */
const verified = (
  certificate: unknown,
  publicKey: string,
): { readonly code: number | null; readonly said: string } => {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [file, key] = [join(folder, "certificate.json"), join(folder, "key.pem")];
  writeFileSync(file, JSON.stringify(certificate));
  writeFileSync(key, publicKey);
  const { status, stdout } = spawnSync(
    process.execPath,
    ["docs/examples/verify-certificate.mjs", file, key],
    { encoding: "utf8" },
  );
  rmSync(folder, { recursive: true });
  return { code: status, said: stdout };
};

describe("an erasure", () => {
  const person = "+447700900555";
  const word = "Zuleika";

  test("ends what is open, forgets the person, and is proved by a certificate that anybody can check", async () => {
    const participants = [{ number: person, name: word }, PEOPLE[1]!];
    const asked = { body: { participants, reference: "order 7" }, headers: { "Idempotency-Key": "opening" } };
    const { body: opened } = await api.ask("POST", "/v1/conversations", asked);
    await api.ask("POST", `/v1/conversations/${opened.id}/messages`, {
      body: { to: opened.participants[0].id, text: `Dear ${word}` },
    });
    const erasure = await api.ask("POST", "/v1/erasures", { body: { number: person } });
    expect(erasure).toMatchObject({ status: 202, body: { state: "completed" } });
    const { certificate } = (await api.ask("GET", `/v1/erasures/${erasure.body.id}`)).body;
    expect(certificate).toMatchObject({ id: erasure.body.id, requestedBy: "admin", remaining: 0 });
    const { publicKey } = (await api.ask("GET", "/v1/audit/key")).body;
    expect(verified(certificate, publicKey)).toEqual({ code: 0, said: `${erasure.body.id} is genuine\n` });
    expect(verified({ ...certificate, remaining: 1 }, publicKey).code).toBe(1);
    const left = await api.ask("GET", `/v1/conversations/${opened.id}`);
    expect(left.body).toMatchObject({ state: "closed", reference: null, metadata: {} });
    expect(left.body.participants[0]).toMatchObject({ number: null, name: null });
    // Whoever repeats the opening gets neither the person back nor a second conversation.
    const repeated = await api.ask("POST", "/v1/conversations", asked);
    expect(repeated).toMatchObject({ status: 422, body: { detail: expect.stringContaining("erased") } });
    const told = [
      ...(await entriesOf("limit=200")),
      ...(await api.ask("GET", "/v1/events?after=first&limit=200")).body.items,
      ...(await api.ask("GET", `/v1/conversations/${opened.id}/messages`)).body.items,
      ...api.log,
    ];
    for (const secret of [person, person.slice(1), word]) expect(JSON.stringify(told)).not.toContain(secret);
    expect(await entriesOf(`subject=${erasure.body.id}`)).toMatchObject([
      { action: "erasure.request", data: { step: "done" } },
      { action: "erasure.complete", via: "system" },
    ]);
  });

  test("waits for a hold, and says so", async () => {
    const { id } = await openConversation();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const body = { conversation: id, reason: "A court", until };
    const hold = await api.ask("POST", "/v1/holds", { body });
    expect(hold).toMatchObject({ status: 201, body: { conversationId: id, placedBy: "admin", until } });
    const erasure = await api.ask("POST", "/v1/erasures", { body: { number: PEOPLE[0]!.number } });
    expect(erasure.body).toMatchObject({ state: "restricted", certificate: null });
    expect((await api.ask("GET", "/v1/holds")).body.items).toHaveLength(1);
    expect((await api.ask("DELETE", `/v1/holds/${hold.body.id}`)).body.releasedAt).not.toBeNull();
    expect((await api.ask("DELETE", `/v1/holds/${hold.body.id}`)).status).toBe(404);
    expect(
      (await api.ask("POST", "/v1/holds", { body: { ...body, until: "2020-01-01T00:00:00Z" } })).status,
    ).toBe(422);
    expect((await api.ask("POST", "/v1/holds", { body: { reason: "A court", until } })).status).toBe(422);
  });

  test("and an export are for admins of the whole installation", async () => {
    for (const path of ["/v1/erasures", "/v1/exports"]) {
      const body = { number: person };
      expect((await api.ask("POST", path, { body, key: READER })).status).toBe(403);
    }
    const made = await api.ask("POST", "/v1/exports", { body: { number: "+447700900456" } });
    expect(made).toMatchObject({ status: 200, body: { number: "+447700900456", isCut: false } });
    expect(JSON.stringify(made.body)).not.toContain(PEOPLE[0]!.number);
  });
});

describe("whoever was erased", () => {
  const KEY = new Uint8Array(32).fill(7);
  let database: TestDatabase;
  let application: Application;
  let own: RunningApi;
  let copy: RestoredDatabase | undefined;
  const start = (databaseUrl: string) =>
    startApi({
      databaseUrl,
      settings: { auditSigningKey: SIGNING_KEY, encryptionKeys: [KEY], webhookNetworks: ["127.0.0.0/8"] },
    });
  beforeAll(async () => {
    database = await createTestDatabase();
    application = await startApplication();
  });
  afterAll(async () => {
    await own?.stop();
    await application.stop();
    await copy?.drop();
    await database.drop();
  });

  const searched = [PERSON, ...WORDS].flatMap(spellingsOf);
  /** Where something of the person stands. */
  const traces = (places: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(places).flatMap(([place, content]) =>
      searched.filter((each) => content.includes(each)).map((each) => `${each} in ${place}`),
    );

  test("is in no row, nothing sealed, no dump, no line of the log and no event, nor in what is restored", async () => {
    own = await start(database.url);
    await rent(own, 4);
    const conversations = await live(own, application);
    expect(traces({ "what is sealed": await openedIn(database.url, KEY) })).not.toEqual([]);
    const erasure = await own.ask("POST", "/v1/erasures", { body: { number: PERSON } });
    expect(erasure.body).toMatchObject({ state: "completed", certificate: { remaining: 0 } });
    const { publicKey } = (await own.ask("GET", "/v1/audit/key")).body;
    expect(verified(erasure.body.certificate, publicKey).code).toBe(0);

    const told = async ({ ask }: RunningApi) => ({
      "the log of events": JSON.stringify((await ask("GET", "/v1/events?after=first&limit=200")).body),
      "the audit log": JSON.stringify((await ask("GET", "/v1/audit?limit=200")).body),
      "its conversations": JSON.stringify(
        await Promise.all(
          conversations.map((id) => ask("GET", `/v1/conversations/${id}/messages?limit=200`)),
        ),
      ),
    });
    const kept = async (url: string) => ({
      rows: await everythingIn(url),
      "what is sealed": await openedIn(url, KEY),
    });
    expect(traces({ ...(await kept(database.url)), ...(await told(own)) })).toEqual([]);
    await own.stop();
    expect(traces({ "the log of the process": own.log.join("\n") })).toEqual([]);

    const bin = await findDump(database.url);
    if (bin === null) {
      console.info("No pg_dump of this server's version: what is restored is a copy of the database's files");
      copy = await copied(database.url);
    } else {
      const dump = dumped(database.url, bin);
      expect(traces({ "the dump": dump })).toEqual([]);
      copy = await restored(database.url, bin, dump);
    }
    own = await start(copy.url);
    expect(traces({ ...(await kept(copy.url)), ...(await told(own)) })).toEqual([]);
    const again = await own.ask("GET", `/v1/erasures/${erasure.body.id}`);
    expect(verified(again.body.certificate, publicKey).code).toBe(0);
  }, 90_000);
});

describe("a number with a new owner", () => {
  test("ends what is open with it, takes back what the old one blocked, and is told", async () => {
    const { id, participants } = await openConversation();
    const path = `/v1/conversations/${id}/participants/${participants[0]!.id}/reassigned`;
    const reply = await api.ask("POST", path, { body: {} });
    expect(reply).toMatchObject({ status: 200, body: { state: "closed", closeReason: "reassigned" } });
    const told = await api.ask("GET", "/v1/events?after=first&types=participant.reassigned&limit=50");
    expect(told.body.items).toMatchObject([{ subject: participants[0]!.id, data: { conversationId: id } }]);
    expect(await entriesOf("action=participant.reassign")).toHaveLength(2);
    const unknown = path.replace(participants[0]!.id, "par_01h455vb4pex5vsknk084sn02q");
    expect((await api.ask("POST", unknown, { body: {} })).status).toBe(404);
  });

  test("and reports are listed", async () => {
    expect((await api.ask("GET", "/v1/reports", { key: READER })).body).toEqual({ items: [], next: null });
  });
});
