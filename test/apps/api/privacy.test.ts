import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AUDITED_CALLS, UNAUDITED_CALLS } from "#apps/api/audit/audited-calls.ts";
import { verifyAudit } from "#core/use-cases/verify-audit.ts";
import { sha256 } from "#test/contracts/audit-log.contract.ts";
import { CALLS } from "./calls.ts";
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

const openConversation = async (): Promise<{ id: string; participants: { id: string }[] }> => {
  const { status, body } = await api.ask("POST", "/v1/conversations", { body: { participants: PEOPLE } });
  expect(status).toBe(201);
  return body;
};

const entriesOf = async (query: string) => (await api.ask("GET", `/v1/audit?${query}`)).body.items;

describe("the audit log", () => {
  test("knows of every call whether it belongs there", () => {
    const known = [...Object.keys(AUDITED_CALLS), ...UNAUDITED_CALLS].toSorted();
    expect(CALLS.map(({ operationId }) => operationId).toSorted()).toEqual(known);
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

  test("notes with which keys a process starts, and signs its end", async () => {
    const [noted] = await entriesOf("action=keys.change");
    expect(noted).toMatchObject({ actor: "system", via: "system" });
    expect(JSON.stringify(noted)).not.toContain(ADMIN);
    const [head] = await api.storage.audit.heads(0, 1);
    const { body } = await api.ask("GET", "/v1/audit/key");
    expect(head).toMatchObject({ keyId: body.keyId, signature: expect.any(String) });
    expect(body.publicKey).toContain("PUBLIC KEY");
  });
});
