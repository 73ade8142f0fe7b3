import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { openHttpListener } from "#apps/process/http-listener.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const get = (url: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { agent })
      .on("response", (response) => resolve(response.resume()))
      .on("error", reject)
      .end();
  });

const never = () => new AbortController().signal;

test("a port is taken at once, and is 503 until somebody serves it", async () => {
  const listener = await openHttpListener("127.0.0.1", 0);
  expect((await fetch(listener.url)).status).toBe(503);
  await expect(openHttpListener("127.0.0.1", listener.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  listener.serve((_, response) => response.end("served"));
  expect(await (await fetch(listener.url)).text()).toBe("served");
  await listener.close(never());
});

/** Sends these lines over a connection of its own, and answers everything that comes back until it is closed. */
const exchange = async (port: number, lines: readonly string[]): Promise<string> => {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket
    .on("error", () => {})
    .on("data", (chunk) => {
      answer += chunk;
    });
  socket.write(lines.join("\r\n"));
  await new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return answer;
};

test.each<[string, readonly string[]]>([
  ["two hosts", ["GET / HTTP/1.1", "Host: a", "Host: b", "", ""]],
  [
    "two transfer encodings",
    ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked", "", "0", "", ""],
  ],
  [
    "a list of transfer encodings",
    ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked", "", "0", "", ""],
  ],
])("a request with %s is refused before anybody looks at it", async (_, lines) => {
  const listener = await openHttpListener("127.0.0.1", 0);
  let served = 0;
  listener.serve((_request, response) => {
    served += 1;
    response.end();
  });
  expect(await exchange(listener.port, lines)).toMatch(/^HTTP\/1\.1 400 /);
  expect(served).toBe(0);
  await listener.close(never());
});

test("headers that do not come in time are given up soon after", async () => {
  const limits = { requestMs: 100, headersMs: 50, checkIntervalMs: 20 };
  const listener = await openHttpListener("127.0.0.1", 0, limits);
  expect(await exchange(listener.port, ["GET / HTTP/1.1", "X-Slow: "])).toMatch(/^HTTP\/1\.1 408 /);
  await listener.close(never());
});

test.each([
  { type: "text/plain", status: 408 },
  { type: "application/x-ndjson", status: 200 },
])(
  "a body of $type that is still coming when the time is up is answered $status",
  async ({ type, status }) => {
    const limits = { requestMs: 1_000, headersMs: 500, checkIntervalMs: 20 };
    const listener = await openHttpListener("127.0.0.1", 0, limits);
    listener.serve((request, response) => {
      request
        .on("error", () => {})
        .on("end", () => response.end())
        .resume();
    });
    const head = ["POST / HTTP/1.1", "Host: a", `Content-Type: ${type}`, "Content-Length: 30", "", ""].join(
      "\r\n",
    );
    const socket = connect(listener.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.write(head);
    // Three times as long as a request may take, without a long pause.
    const coming = setInterval(() => socket.write("x"), 100);
    await eventually(() => answer !== "", "it is answered");
    clearInterval(coming);
    socket.destroy();
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    await listener.close(never());
  },
);

test("a streamed body that pauses for longer than a request may take is cut", async () => {
  const limits = { requestMs: 100, headersMs: 50, checkIntervalMs: 20 };
  const listener = await openHttpListener("127.0.0.1", 0, limits);
  const cut = Promise.withResolvers<void>();
  listener.serve((request) => {
    request.resume().on("error", () => cut.resolve());
  });
  const lines = [
    "POST / HTTP/1.1",
    "Host: a",
    "Content-Type: application/x-ndjson",
    "Content-Length: 9",
    "",
    "x",
  ];
  const socket = connect(listener.port, "127.0.0.1").on("error", () => {});
  socket.write(lines.join("\r\n"));
  await cut.promise;
  socket.destroy();
  await listener.close(never());
});

test("closing finishes what is being answered, ends idle connections and takes no new ones", async () => {
  const listener = await openHttpListener("127.0.0.1", 0);
  const agent = new Agent({ keepAlive: true });
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  listener.serve(async ({ url }, response) => {
    if (url === "/slow") {
      arrived.resolve();
      await release.promise;
    }
    response.end("done");
  });
  await get(`${listener.url}/idle`, agent);
  const slow = get(`${listener.url}/slow`, agent);
  await arrived.promise;
  const closed = listener.close(never());
  await expect(fetch(listener.url)).rejects.toThrow();
  release.resolve();
  expect((await slow).statusCode).toBe(200);
  await closed;
  await listener.close(never());
  agent.destroy();
});

test("what is not finished at the deadline is cut", async () => {
  const listener = await openHttpListener("127.0.0.1", 0);
  const arrived = Promise.withResolvers<void>();
  listener.serve(() => arrived.resolve());
  const agent = new Agent({ keepAlive: true });
  const stuck = get(listener.url, agent).catch((error: Error) => error);
  await arrived.promise;
  const deadline = new AbortController();
  const closed = listener.close(deadline.signal);
  deadline.abort();
  await closed;
  expect(await stuck).toBeInstanceOf(Error);
  agent.destroy();
});
