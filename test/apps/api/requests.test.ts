import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { CONCURRENT_MAX } from "#apps/api/concurrency.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { expectProblem, somebody } from "./participants.ts";
import { ADMIN, type Asking, READER, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const WRITES: readonly (readonly [string, string])[] = [
  ["POST", "/v1/conversations"],
  ["PATCH", "/v1/conversations/cnv_01h455vb4pex5vsknk084sn02q"],
  ["POST", "/v1/conversations/cnv_01h455vb4pex5vsknk084sn02q/close"],
  ["POST", "/v1/conversations/cnv_01h455vb4pex5vsknk084sn02q/messages"],
  ["POST", "/v1/numbers"],
  ["POST", "/v1/numbers/rent"],
  ["POST", "/v1/numbers/+447700900001/drain"],
  ["DELETE", "/v1/numbers/+447700900001"],
  ["PUT", "/v1/opt-outs/+447700900001"],
  ["DELETE", "/v1/opt-outs/+447700900001"],
];

describe("a key", () => {
  test.each<[string, Asking]>([
    ["none", { key: null }],
    ["a wrong one", { key: `${ADMIN}x` }],
    ["the beginning of a right one", { key: ADMIN.slice(0, -1) }],
    ["one in another scheme", { key: null, headers: { authorization: `Basic ${ADMIN}` } }],
    ["an empty one", { key: null, headers: { authorization: "Bearer " } }],
  ])("%s opens nothing, not even what does not exist", async (_, asking) => {
    for (const path of ["/v1/conversations", "/v1/numbers", "/v1/nowhere", "/v1"]) {
      const reply = await api.ask("GET", path, asking);
      expectProblem(reply, 401, "unauthorized");
      expect(reply.headers.get("www-authenticate")).toBe("Bearer");
    }
  });

  test.each(WRITES)("that may only read is refused: %s %s", async (method, path) => {
    const body = method === "DELETE" ? {} : { body: {} };
    expectProblem(await api.ask(method, path, { key: READER, ...body }), 403, "forbidden");
  });

  test("that may only read reads, and asks what would happen", async () => {
    expect((await api.ask("GET", "/v1/conversations", { key: READER })).status).toBe(200);
    const body = { from: somebody(), to: somebody() };
    expect((await api.ask("POST", "/v1/routes/explain", { key: READER, body })).status).toBe(200);
  });
});

describe("a body", () => {
  const post = (raw: string | Uint8Array) => api.ask("POST", "/v1/conversations", { raw });

  test.each<[string, string | Uint8Array]>([
    ["cut JSON", '{"participants": ['],
    ["a form", "participants=1"],
    ["octets that are no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["JSON a thousand levels deep", "[".repeat(1_000) + "]".repeat(1_000)],
    ["JSON of ten thousand members", JSON.stringify(Array(10_000).fill(0))],
  ])("of %s is malformed", async (_, raw) => {
    expectProblem(await post(raw), 400, "malformed-json");
  });

  test.each(["[]", "null", "1", '"text"'])("that is %s is JSON, but no request", async (raw) => {
    const reply = await post(raw);
    expectProblem(reply, 422, "invalid-request");
    expect(reply.body.detail).toMatch(/^The body must be an object/);
  });

  test("whose fields are of another kind is told which kind they must have", async () => {
    const reply = await post('{"participants": 1, "reference": [], "intro": "no", "metadata": 2}');
    expectProblem(reply, 422, "invalid-request");
    expect(JSON.stringify(reply.body.errors)).not.toMatch(/invalid input|expected/i);
  });

  test("that an answer does not wait for is thrown away, and its client reads the answer", async () => {
    const megabytes = "x".repeat(4 * 1024 * 1024);
    for (const [path, key, status] of [
      ["/v1/conversations", ADMIN, 413],
      ["/v1/conversations", null, 401],
      ["/v1/conversations", READER, 403],
      ["/v2/nothing", null, 404],
    ] as const) {
      const reply = await api.ask("POST", path, { key, raw: megabytes });
      expect(reply.status).toBe(status);
    }
  });

  test("that is never finished does not count against its key", async () => {
    const port = Number(new URL(api.url).port);
    const head = `POST /v1/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN}\r\nContent-Length: 10\r\n\r\n{`;
    const sockets = await Promise.all(
      Array.from({ length: CONCURRENT_MAX }, async () => {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => {});
        await new Promise<void>((resolve) => socket.write(head, () => resolve()));
        return socket;
      }),
    );
    expect((await api.ask("GET", "/v1/links")).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test("is answered by paths, never by what a client wrote in the place of a field", async () => {
    const raw =
      '{"participants": [{"number": "+447700900001", "Ann Smith": 1}], "+447700900002": 2, "colour": 3, "metadata": {"447700900003": 4}}';
    const reply = await post(raw);
    expectProblem(reply, 422, "invalid-request");
    expect(JSON.stringify(reply.body)).not.toMatch(/Ann|Smith|77009/);
    expect(reply.body.errors).toContainEqual({ path: "colour", message: "is not a known field" });
  });

  test("over the limit is not read to its end", async () => {
    expectProblem(await post(JSON.stringify({ name: "x".repeat(256 * 1024) })), 413, "too-large");
    expectProblem(await postInChunks(300), 413, "too-large");
  });

  test("names __proto__ as an unknown field", async () => {
    const reply = await post('{"participants": [], "__proto__": {"admin": true}}');
    expectProblem(reply, 422, "invalid-request");
  });

  /** Without a length: so many kilobytes, piece by piece. */
  const postInChunks = (kilobytes: number) =>
    new Promise<Parameters<typeof expectProblem>[0]>((resolve, reject) => {
      const sending = httpRequest(`${api.url}/v1/conversations`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN}` },
      });
      sending.on("error", reject).on("response", (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => {
          const headers = new Headers({ "content-type": response.headers["content-type"] ?? "" });
          resolve({ status: response.statusCode ?? 0, headers, body: JSON.parse(text) });
        });
      });
      for (let i = 0; i < kilobytes; i += 1) sending.write("x".repeat(1024));
      sending.end();
    });
});

describe("an address", () => {
  test.each(["/v2/conversations", "/v1/conversation", "/v1/conversations/", "/v1/conversations/a/b/c/d"])(
    "%s that leads nowhere is not found",
    async (path) => {
      const reply = await api.ask("GET", path);
      if (path.endsWith("conversations/")) expect([200, 404]).toContain(reply.status);
      else expectProblem(reply, 404, "not-found");
    },
  );

  test("takes only its own methods, and says which", async () => {
    const reply = await api.ask("DELETE", "/v1/conversations");
    expectProblem(reply, 405, "method-not-allowed");
    expect(reply.headers.get("allow")).toContain("POST");
  });

  test("that names a parameter twice is told that it must not", async () => {
    const reply = await api.ask("GET", "/v1/conversations?limit=1&limit=2");
    expectProblem(reply, 422, "invalid-request");
    expect(reply.body.errors).toEqual([{ path: "limit", message: "must be a text, not a list" }]);
  });

  test("is logged by its route alone, whatever stands in it", async () => {
    const number = somebody();
    await api.ask("GET", `/v1/conversations?participant=${encodeURIComponent(number)}`);
    await api.ask("GET", `/v1/opt-outs/${encodeURIComponent(number)}`);
    const text = "nobody may read this";
    const webhook = new URLSearchParams({ msisdn: number, to: somebody(), messageId: "0A1", text });
    await api.ask("GET", `/webhooks/vonage/inbound?${webhook}`, { key: null });
    const log = api.log.join("");
    for (const route of ["/v1/conversations", "/v1/opt-outs/:number", "/webhooks/vonage/inbound"])
      expect(log).toContain(`"route":"${route}"`);
    expect(log).not.toContain(number.slice(1));
    expect(log).not.toMatch(/nobody.may.read/);
  });

  test("with a broken percent sign breaks nothing", async () => {
    const reply = await api.ask("GET", "/v1/messages/%zz");
    expect([400, 404]).toContain(reply.status);
  });

  test("that is no HTTP gets an answer or a closed line, and the next caller is served", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () =>
        socket.write("\x16\x03\x01garbage\r\n\r\n"),
      );
      socket
        .on("close", () => resolve())
        .on("error", () => {})
        .resume();
    });
    expect((await api.ask("GET", "/healthz", { key: null })).status).toBe(200);
  });
});

describe("when something breaks", () => {
  test("a key that asks too much at once is told to come again, and other keys are served", async () => {
    const storage = memoryStorage({ clock: systemClock });
    const release = Promise.withResolvers<null>();
    const conversations = { ...storage.conversations, get: () => release.promise };
    const busy = await startApi({ storage: { ...storage, conversations } });
    const path = "/v1/conversations/cnv_01h455vb4pex5vsknk084sn02q";
    const asked = Array.from({ length: CONCURRENT_MAX + 1 }, () => busy.ask("GET", path));
    const refused = await Promise.race(asked);
    expectProblem(refused, 429, "too-many-requests");
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await busy.ask("GET", "/v1/links", { key: READER })).status).toBe(200);
    release.resolve(null);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(CONCURRENT_MAX);
    expect((await busy.ask("GET", "/v1/links")).status).toBe(200);
    await busy.stop();
  });

  test("a lost database is a 503 that says when to come again, and a bug a 500 that tells nothing", async () => {
    const storage = memoryStorage({ clock: systemClock });
    let failure: Error = new StorageUnavailable("secret detail");
    const conversations = { ...storage.conversations, get: () => Promise.reject(failure) };
    const broken = await startApi({ storage: { ...storage, conversations, problem: async () => "away" } });
    const path = "/v1/conversations/cnv_01h455vb4pex5vsknk084sn02q";
    const lost = await broken.ask("GET", path);
    expectProblem(lost, 503, "unavailable");
    expect(Number(lost.headers.get("retry-after"))).toBeGreaterThan(0);
    expectProblem(await broken.ask("GET", "/readyz", { key: null }), 503, "unavailable");
    failure = new Error("the number +447700900123 and more");
    const bug = await broken.ask("GET", path);
    expectProblem(bug, 500, "internal-error");
    expect(JSON.stringify(bug.body)).not.toContain("more");
    const log = broken.log.join("");
    expect(log).toContain(bug.body.instance);
    expect(log).not.toContain("447700900123");
    await broken.stop();
  });
});
