import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FollowOptions } from "#apps/client/events.ts";
import type { Problem } from "#apps/client/problem.ts";
import { type Frame, frameReader } from "#apps/client/server-sent-events.ts";
import { type Answering, answering, cut, json, problem } from "./answering-server.ts";

const readAll = (octets: Uint8Array, cuts: readonly number[]): readonly Frame[] => {
  const { push } = frameReader();
  const places = [0, ...cuts.map((each) => each % (octets.length + 1)).sort((a, b) => a - b), octets.length];
  return places.slice(1).flatMap((end, at) => push(octets.subarray(places[at], end)));
};

describe("frames of a stream", () => {
  test("are the same however the stream is cut, and whatever ends its lines", () => {
    const frame = fc.record({
      id: fc.stringMatching(/^\w{1,9}$/),
      data: fc.array(fc.stringMatching(/^[^\r\n]{0,9}$/u), { minLength: 1 }),
    });
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    const property = fc.property(
      fc.array(frame),
      ends,
      fc.array(fc.nat(), { maxLength: 20 }),
      (frames, end, cuts) => {
        const text = frames
          .map(({ id, data }) =>
            [`id: ${id}`, ": a comment", ...data.map((line) => `data: ${line}`), "", ""].join(end),
          )
          .join("");
        // A last end of a line is known to be one only when something follows.
        const octets = new TextEncoder().encode(`${text}:`);
        expect(readAll(octets, cuts)).toEqual(
          frames.map(({ id, data }) => ({ id, event: "message", data: data.join("\n") })),
        );
      },
    );
    fc.assert(property);
  });

  test("without data move the place, and one without end is an error", () => {
    const { push } = frameReader();
    expect(push(new TextEncoder().encode("retry: 1\nid: 7\n\nevent: bye\ndata\n\n"))).toEqual([
      { id: "7", event: "message", data: null },
      { id: "7", event: "bye", data: "" },
    ]);
    const endless = new Uint8Array(100_000).fill(97);
    expect(() => Array.from({ length: 20 }, () => push(endless))).toThrow("too long");
  });
});

const eventOf = (n: number) => ({ id: `evt_${n}`, cursor: `c${n}`, type: "link.up", data: {} });

const streamed =
  (text: string, end: "ends" | "breaks" | "stays"): Answering =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.write(text, () => {
      if (end === "ends") response.end();
      if (end === "breaks") setImmediate(() => response.destroy());
    });
  };

const frames = (...numbers: readonly number[]): string =>
  numbers.map((n) => `id: c${n}\ndata: ${JSON.stringify(eventOf(n))}\n\n`).join("");

const BYE = "event: bye\ndata: {}\n\n";

const take = async (
  server: Awaited<ReturnType<typeof answering>>,
  count: number,
  options: FollowOptions = {},
) => {
  const ids: string[] = [];
  for await (const { id } of server.client.events(options)) {
    ids.push(id);
    if (ids.length === count) break;
  }
  return ids;
};

describe("the feed", () => {
  test("goes on after the last event when its stream ends and when it breaks", async () => {
    const server = await answering([
      streamed(`id: c0\n\n${frames(1, 2)}${BYE}`, "ends"),
      streamed(frames(3), "breaks"),
      problem(503, "unavailable"),
      cut,
      streamed(frames(4, 5), "stays"),
    ]);
    const interruptions: Problem[] = [];
    const ids = await take(server, 5, { onInterruption: (why) => interruptions.push(why) });
    expect(ids).toEqual(["evt_1", "evt_2", "evt_3", "evt_4", "evt_5"]);
    expect(server.requests.map(({ url }) => url)).toEqual([
      "/v1/events",
      "/v1/events?after=c2",
      "/v1/events?after=c3",
      "/v1/events?after=c3",
      "/v1/events?after=c3",
    ]);
    expect(interruptions.map(({ kind }) => kind)).toEqual(["no-answer", "unavailable", "no-answer"]);
    expect(server.waits).toHaveLength(4);
  });

  test("keeps the place that it was told without an event", async () => {
    const server = await answering([streamed("id: c7\n\n", "breaks"), streamed(frames(8), "stays")]);
    expect(await take(server, 1, { types: ["link.*", "pool.low"] })).toEqual(["evt_8"]);
    expect(server.requests[1]?.url).toBe("/v1/events?after=c7&types=link.*%2Cpool.low");
  });

  test.each([
    ["is answered as a page", json(200, { items: [], next: "c0" })],
    ["may not be one more", problem(429, "too-many-requests", { "retry-after": "5" })],
  ])("is read page by page where a stream %s, and by a stream again later", async (_, refusing) => {
    const pages = Array.from({ length: 30 }, () => json(200, { items: [], next: "c2" }));
    const server = await answering([
      refusing,
      json(200, { items: [eventOf(1), eventOf(2)], next: "c2" }),
      ...pages,
      streamed(frames(3), "stays"),
    ]);
    expect(await take(server, 3, { after: "c0" })).toEqual(["evt_1", "evt_2", "evt_3"]);
    expect(server.requests.map(({ headers }) => headers.accept === "text/event-stream")).toEqual([
      true,
      ...Array(31).fill(false),
      true,
    ]);
    expect(server.requests.at(-1)?.url).toBe("/v1/events?after=c2");
  });

  test("is read page by page where something keeps its stream back", async () => {
    const page = json(200, { items: [eventOf(1)], next: "c1" });
    const keepingStreams: Answering = (response, request) => {
      if (request.headers.accept === "application/json") page(response, request);
    };
    const server = await answering([keepingStreams], {
      // The watch over the first piece ends at once.
      sleep: async () => {},
    });
    expect(await take(server, 1, { after: "c0" })).toEqual(["evt_1"]);
  });

  test("ends with what no other try would change", async () => {
    const expired = problem(410, "cursor-expired", {}, { oldest: "c9" });
    const server = await answering([expired, problem(401, "unauthorized")]);
    await expect(take(server, 1)).rejects.toMatchObject({
      problem: { kind: "cursor-expired", oldest: "c9" },
    });
    await expect(take(server, 1)).rejects.toMatchObject({ problem: { kind: "unauthorized" } });
    expect(server.requests).toHaveLength(2);
  });

  test("ends with the reason of its signal", async () => {
    const server = await answering([streamed(frames(1), "stays")]);
    const enough = new AbortController();
    const reading = (async () => {
      for await (const _ of server.client.events({ signal: enough.signal }))
        setImmediate(() => enough.abort("enough"));
    })();
    await expect(reading).rejects.toBe("enough");
  });
});
