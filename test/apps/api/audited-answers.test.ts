import { afterAll, beforeAll, expect, test } from "vitest";
import { AUDITED_CALLS } from "#apps/api/audit/audited-calls.ts";
import { CALLS } from "./calls.ts";
import { opened, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await rent(api, 4);
});
afterAll(() => api.stop());

const TEXT = "The gate is behind the larkspur";

/** Two people who talk, with a text between them, and somebody who wants none. Nobody has been read about yet. */
const aLife = async () => {
  const { id, participants } = await opened(api);
  const sent = await api.ask("POST", `/v1/conversations/${id}/messages`, {
    body: { to: participants[0].id, text: TEXT },
  });
  const optedOut = somebody();
  await api.ask("PUT", `/v1/opt-outs/${encodeURIComponent(optedOut)}`, { body: {} });
  const [one, other] = participants;
  return { id, one, other, messageId: sent.body.items[0].id, optedOut };
};
type Life = Awaited<ReturnType<typeof aLife>>;

/** Bodies that reach this life; the others are the examples. */
const BODIES: Readonly<Record<string, (life: Life) => unknown>> = {
  openConversation: () => ({ participants: [{ number: somebody() }, { number: somebody() }] }),
  searchConversations: ({ one }) => ({ participant: one.number }),
  searchMessages: ({ one }) => ({ number: one.number }),
  sendMessage: ({ one }) => ({ to: one.id, text: `${TEXT}, by the app` }),
  swapParticipant: () => ({ number: somebody() }),
  explainRoute: ({ one, other }) => ({ from: one.number, to: other.virtualNumber }),
  exportPerson: ({ one }) => ({ number: one.number }),
  erasePerson: ({ other }) => ({ number: other.number }),
  placeHold: ({ id }) => ({ conversation: id }),
  changeService: () => ({ name: "Rides" }),
};

const placeOf = (path: string, { id, one, messageId, optedOut }: Life): string =>
  path
    .replace(":participantId", one.id)
    .replace(":id", path.startsWith("/v1/messages") ? messageId : id)
    .replace(":number", encodeURIComponent(optedOut))
    .replace(":service", "default")
    .replace(":name", "smpp");

/** Whose answers show a real number or a text to whoever did not know it. An export shows what its own person has typed: here nothing. */
const SHOW = [
  ...["closeConversation", "explainRoute", "getConversation", "getMessage"],
  ...["listConversations", "listMessages", "listOptOuts", "patchConversation", "reassignNumber"],
  ...["searchConversations", "searchMessages", "swapParticipant"],
];

test("each call of the API that shows a real number or a text has an entry in the audit log when it has answered", {
  timeout: 120_000,
}, async () => {
  const showing: string[] = [];
  for (const { operationId, method, path, example, takesLines } of CALLS) {
    const life = await aLife();
    const place = placeOf(path, life);
    const body = BODIES[operationId]?.(life) ?? example;
    const answer = await api.ask(method, place, {
      ...(method === "GET" || method === "DELETE" ? {} : { body: body ?? {} }),
      ...(takesLines && { headers: { "Idempotency-Key": operationId } }),
    });
    const brought = `${decodeURIComponent(place)} ${JSON.stringify(body)}`;
    const shown = JSON.stringify(answer.body) ?? "";
    const secrets = [life.one.number, life.other.number, life.optedOut, TEXT];
    const isShown = secrets.some((secret) => shown.includes(secret.slice(1)) && !brought.includes(secret));
    const requestId = answer.headers.get("request-id");
    const { items } = (await api.ask("GET", "/v1/audit?limit=20")).body;
    const entries = items.filter((entry: { requestId: string }) => entry.requestId === requestId);
    if (isShown) {
      showing.push(operationId);
      expect(entries.length, `${operationId} has shown somebody and has no entry`).toBeGreaterThan(0);
    }
    if (answer.status < 300 && AUDITED_CALLS[operationId]?.kind === "read")
      expect(entries, operationId).toMatchObject([{ data: { step: "shown" } }]);
  }
  expect(showing.toSorted()).toEqual(SHOW.toSorted());
});

test("what was written where somebody has reported the other one is read by a call that has an entry", async () => {
  const { id, one, other } = await aLife();
  expect(api.simulator.text(one.number, other.virtualNumber, "REPORT")).toBeDefined();
  await expect
    .poll(async () => (await api.ask("GET", "/v1/reports")).body.items.length, { timeout: 30_000 })
    .toBeGreaterThan(0);
  const [report] = (await api.ask("GET", "/v1/reports")).body.items;
  expect(JSON.stringify(report)).not.toContain(TEXT);
  const answer = await api.ask("GET", `/v1/conversations/${id}/messages`);
  expect(answer.body.items.map(({ text }: { text: string }) => text)).toContain(TEXT);
  const { items } = (await api.ask("GET", `/v1/audit?subject=${id}&action=message.read`)).body;
  expect(items[0]).toMatchObject({ requestId: answer.headers.get("request-id"), data: { step: "shown" } });
}, 60_000);
