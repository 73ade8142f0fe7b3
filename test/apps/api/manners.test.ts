import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, open, opened, rent, somebody } from "./participants.ts";
import { ADMIN, READER, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await rent(api, 3);
});
afterAll(() => api.stop());

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe("a request", () => {
  test("has a name, which stands in the answer, in the log and in a problem", async () => {
    const good = await api.ask("GET", "/v1/links");
    expect(good.headers.get("request-id")).toMatch(UUID);
    const bad = await api.ask("GET", "/v1/conversations/nothing");
    const name = bad.headers.get("request-id")!;
    expectProblem(bad, 404, "not-found");
    expect(bad.body).toMatchObject({ instance: `urn:uuid:${name}`, retryable: false });
    expect(api.log.filter((line) => line.includes(`"requestId":"${name}"`))).not.toEqual([]);
    expect(name).not.toBe(good.headers.get("request-id"));
  });

  test("belongs to the trace that its caller names, and to none that is malformed", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    const reply = await api.ask("GET", "/v1/links", { headers: { traceparent } });
    expect(reply.headers.get("traceparent")).toMatch(new RegExp(`^00-${trace}-[\\da-f]{16}-01$`));
    expect(reply.headers.get("traceparent")).not.toBe(traceparent);
    expect(api.log.join("")).toContain(`"traceId":"${trace}"`);
    for (const malformed of [
      "",
      "00-0-0-0",
      traceparent.toUpperCase(),
      `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    ]) {
      const other = await api.ask("GET", "/v1/links", { headers: { traceparent: malformed } });
      expect(other.headers.get("traceparent")).toBeNull();
    }
  });
});

describe("a conversation", () => {
  test("has a tag, which tells whether it has changed since it was read", async () => {
    const first = await open(api);
    const path = first.headers.get("location")!;
    expect(path).toBe(`/v1/conversations/${first.body.id}`);
    const tag = first.headers.get("etag")!;
    const same = await api.ask("GET", path, { headers: { "if-none-match": `"other", W/${tag}` } });
    expect(same).toMatchObject({ status: 304, body: undefined });
    expect(same.headers.get("etag")).toBe(tag);
    const changed = await api.ask("PATCH", path, { body: { ttl: "3h" }, headers: { "if-match": tag } });
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
    const newer = await api.ask("GET", path, { headers: { "if-none-match": tag } });
    expect(newer.status).toBe(200);
    expect(newer.headers.get("etag")).toBe(changed.headers.get("etag"));
  });

  test("is not changed by who has not seen its last change", async () => {
    const { id } = await opened(api);
    const path = `/v1/conversations/${id}`;
    for (const tag of ['"2"', 'W/"1"', "1", '"nonsense"']) {
      const late = await api.ask("PATCH", path, { body: { ttl: "3h" }, headers: { "if-match": tag } });
      expectProblem(late, 412, "version-mismatch");
    }
    expect((await api.ask("GET", path)).body).toMatchObject({ version: 1, expiresAt: null });
    const any = await api.ask("PATCH", path, { body: { ttl: "3h" }, headers: { "if-match": "*" } });
    expect(any.body.version).toBe(2);
    const listed = await api.ask("PATCH", path, { body: { ttl: "4h" }, headers: { "if-match": '"1", "2"' } });
    expect(listed.body.version).toBe(3);
    expect((await api.ask("POST", `${path}/close`, { body: {} })).body.version).toBe(4);
    expect((await api.ask("POST", `${path}/close`, { body: {} })).body.version).toBe(4);
  });

  test("is changed once by a repeated request, whether its key is quoted or not", async () => {
    const first = await open(api);
    const path = first.headers.get("location")!;
    const asking = (key: string) => ({ body: { ttl: "5h" }, headers: { "idempotency-key": key } });
    const changed = await api.ask("PATCH", path, asking('"again \\"and\\" again"'));
    const repeated = await api.ask("PATCH", path, asking('again "and" again'));
    expect(repeated.body).toEqual(changed.body);
    expect(repeated.headers.get("idempotent-replayed")).toBe("true");
    expect(repeated.headers.get("etag")).toBe(changed.headers.get("etag"));
    expect((await api.ask("GET", path)).body.version).toBe(2);
  });

  test("is opened again by a repeated request with the headers of the first answer", async () => {
    const body = { participants: [{ number: somebody() }, { number: somebody() }] };
    const asking = { body, headers: { "idempotency-key": "opens once" } };
    const first = await api.ask("POST", "/v1/conversations", asking);
    const again = await api.ask("POST", "/v1/conversations", asking);
    for (const header of ["location", "etag"])
      expect(again.headers.get(header)).toBe(first.headers.get(header));
    expect(again.headers.get("location")).not.toBeNull();
  });
});

describe("a list", () => {
  test("links to its next page until the last", async () => {
    await opened(api);
    await opened(api);
    let path = "/v1/conversations?limit=1&state=open";
    const seen = new Set<string>();
    for (;;) {
      const page = await api.ask("GET", path);
      seen.add(page.body.items[0].id);
      const [, next] = /^<(.+)>; rel="next"$/.exec(page.headers.get("link") ?? "") ?? [];
      expect(next === undefined).toBe(page.body.next === null);
      if (next === undefined) break;
      path = next;
    }
    expect(seen.size).toBeGreaterThanOrEqual(2);
  });
});

describe("a key with a rate", () => {
  test("is told to wait when it asks too fast, and other keys are not", async () => {
    const slow = await startApi({ settings: { apiRate: 2 } });
    const replies = await Promise.all(Array.from({ length: 6 }, () => slow.ask("GET", "/v1/links")));
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expectProblem(refused[0]!, 429, "too-many-requests");
    expect(refused[0]!.body.retryable).toBe(true);
    expect(Number(refused[0]!.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    for (const { headers } of replies) {
      expect(headers.get("ratelimit-policy")).toBe('"key";q=2;w=1');
      expect(headers.get("ratelimit")).toMatch(/^"key";r=[012];t=[01]$/);
    }
    expect((await slow.ask("GET", "/v1/links", { key: READER })).status).toBe(200);
    await slow.stop();
  });
});

describe("a body over the limit", () => {
  const MEGABYTE = 1024 * 1024;

  /** As curl does it: writes on until the end, and only then reads. */
  const sendAll = (megabytes: number) =>
    new Promise<string>((resolve, reject) => {
      const { port } = new URL(api.url);
      const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
      let answer = "";
      socket.on("error", reject);
      const length = megabytes * MEGABYTE;
      socket.write(
        `POST /v1/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN}\r\nContent-Length: ${length}\r\n\r\n`,
      );
      const piece = Buffer.alloc(MEGABYTE, "x");
      let left = megabytes;
      const more = (): void => {
        if (left === 0) {
          socket.on("data", (chunk) => {
            answer += chunk;
          });
          socket.on("end", () => {
            socket.end();
            resolve(answer);
          });
          return;
        }
        left -= 1;
        socket.write(piece, more);
      };
      more();
    });

  test.each([1, 20])(
    "of %i megabytes that is sent to its end is answered, and the answer is read",
    async (size) => {
      const answer = await sendAll(size);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toContain("urn:sms-proxy:too-large");
    },
  );

  test("of 20 megabytes is answered to fetch", async () => {
    const reply = await api.ask("POST", "/v1/conversations", { raw: new Uint8Array(20 * MEGABYTE) });
    expectProblem(reply, 413, "too-large");
  });
});
