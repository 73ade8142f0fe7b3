import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ApiKey } from "#apps/api/authentication.ts";
import type { NewEvent } from "#core/domain/event.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { ADMIN, type RunningApi, startApi } from "./running-api.ts";

const KEYS: readonly ApiKey[] = [
  { name: "admin", secret: ADMIN, scope: "admin", service: null },
  { name: "other", secret: "secret-of-another-service", scope: "read", service: "other" },
];

let api: RunningApi;
beforeEach(async () => {
  api = await startApi({ settings: { apiKeys: KEYS } });
});
afterEach(() => api.stop());

/** The API forgets what is old. */
const AT = Date.now();
const CONVERSATION = "01890a5d-ac96-774b-bcce-b302099a8057";

const opened = (version: number): NewEvent => ({
  type: "conversation.opened",
  subject: CONVERSATION,
  data: { version },
  serviceId: DEFAULT_SERVICE_ID,
  at: AT,
});
const down = (name: string): NewEvent => ({
  type: "link.down",
  subject: name,
  data: { kind: "smpp" },
  serviceId: null,
  at: AT,
});

const page = (query: string, headers: Record<string, string> = {}) =>
  api.ask("GET", `/v1/events${query}`, { headers });

describe("the feed of events", () => {
  test("is replayed from the oldest that is kept, page by page, with nothing twice", async () => {
    await api.storage.events.tell([opened(1), opened(2), opened(3)]);
    const first = await page("?after=first&limit=2");
    expect(first.status).toBe(200);
    expect(first.body.items.map(({ data }: { data: object }) => data)).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
    expect(first.body.items[0]).toMatchObject({
      type: "conversation.opened",
      timestamp: new Date(AT).toISOString(),
      service: "default",
      subject: expect.stringMatching(/^cnv_/),
    });
    const second = await page(`?after=${first.body.next}`);
    expect(second.body.items.map(({ data }: { data: object }) => data)).toEqual([{ version: 3 }]);
    expect((await page(`?after=${second.body.next}`)).body).toEqual({ items: [], next: second.body.next });
  });

  test("begins now for who names no cursor", async () => {
    await api.storage.events.tell([opened(1)]);
    const now = await page("");
    expect(now.body.items).toEqual([]);
    await api.storage.events.tell([opened(2)]);
    expect((await page(`?after=${now.body.next}`)).body.items).toHaveLength(1);
  });

  test("is read by types and patterns", async () => {
    await api.storage.events.tell([opened(1), down("smpp-1")]);
    const found = await page("?after=first&types=message.*,link.down");
    expect(found.body.items.map(({ subject }: { subject: string }) => subject)).toEqual(["smpp-1"]);
    expect((await page("?types=massage.*")).body.errors[0].path).toBe("types");
  });

  test("says when what came after a cursor has been dropped, and where to go on", async () => {
    await api.storage.events.tell([opened(1), opened(2)]);
    const { body } = await page("?after=first&limit=1");
    await api.storage.events.tell([opened(3)]);
    await api.storage.events.rotate(0, Number.MAX_SAFE_INTEGER);
    const late = await page(`?after=${body.next}`);
    expect(late.status).toBe(410);
    expect(late.body).toMatchObject({ type: "urn:sms-proxy:cursor-expired", retryable: false });
    expect((await page(`?after=${late.body.oldest}`)).status).toBe(200);
  });

  test("takes no cursor that is none", async () => {
    const answer = await page("?after=Not-A-Cursor!");
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].path).toBe("after");
  });

  test("shows a key of one service nothing of the others", async () => {
    await api.ask("POST", "/v1/services", { body: { slug: "other" } });
    await api.storage.events.tell([opened(1)]);
    const { body } = await api.ask("GET", "/v1/events?after=first", { key: "secret-of-another-service" });
    expect(body.items).toEqual([]);
  });
});

/** Reads a live feed until it holds so many events, or ends. */
const follow = async (query: string, count: number, headers: Record<string, string> = {}) => {
  const response = await fetch(`${api.url}/v1/events${query}`, {
    headers: { authorization: `Bearer ${ADMIN}`, accept: "text/event-stream", ...headers },
  });
  const decoder = new TextDecoder();
  const reader = response.body!.getReader();
  let text = "";
  const events = () => [...text.matchAll(/^data: (\{"id".*)$/gm)].map(([, json]) => JSON.parse(json!));
  const until = async (wanted: number): Promise<void> => {
    while (events().length < wanted) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
    }
  };
  await until(count);
  return { response, events, until, text: () => text, cancel: () => reader.cancel() };
};

describe("the live feed", () => {
  test("brings what was, then what comes, and goes on after the last event of a client", async () => {
    await api.storage.events.tell([opened(1)]);
    const feed = await follow("?after=first", 1);
    expect(feed.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(feed.response.headers.get("cache-control")).toBe("no-store");
    expect(feed.response.headers.get("x-accel-buffering")).toBe("no");
    expect(feed.text()).toMatch(/^retry: \d+$/m);
    await api.storage.events.tell([opened(2)]);
    await feed.until(2);
    await feed.cancel();
    await api.storage.events.tell([opened(3)]);
    const [last] = feed.events().slice(-1);
    const resumed = await follow("?after=first", 1, { "last-event-id": last.cursor });
    expect(resumed.events().map(({ data }) => data)).toEqual([{ version: 3 }]);
    await resumed.cancel();
  });

  test("says bye when the process ends, which does not wait for it", async () => {
    const feed = await follow("?after=first", 0);
    const ended = feed.until(1);
    const stopped = api.stop().then(() => "stopped");
    await ended;
    expect(feed.text()).toContain("event: bye\n");
    expect(await Promise.race([stopped, setTimeout(5_000, "late")])).toBe("stopped");
    api = await startApi();
  });

  test("answers a cursor that is too old before it streams anything", async () => {
    await api.storage.events.tell([opened(1), opened(2)]);
    const { body } = await page("?after=first&limit=1");
    await api.storage.events.rotate(0, Number.MAX_SAFE_INTEGER);
    const late = await page(`?after=${body.next}`, { accept: "text/event-stream" });
    expect(late.status).toBe(410);
  });
});
