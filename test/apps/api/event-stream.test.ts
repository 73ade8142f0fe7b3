import { describe, expect, test } from "vitest";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { eventStreams, KEEP_ALIVE_MS, STALLED_MS, STREAMS_MAX } from "#apps/api/event-stream.ts";
import type { NewEvent } from "#core/domain/event.ts";
import { journalTo } from "#core/ports/journal.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { readEvents, watchEvents } from "#core/use-cases/read-events.ts";
import { virtualTime } from "#test/core/virtual-time.ts";

const FILTER = { types: null, service: null };

const someEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, version) => ({
    type: "conversation.opened",
    subject: "01890a5d-ac96-774b-bcce-b302099a8057",
    data: { version },
    serviceId: null,
    at: 0,
  }));

const harness = () => {
  const time = virtualTime();
  const { events } = memoryStorage({ clock: time.clock });
  const drain = new AbortController();
  let isAway = false;
  let reads = 0;
  const read = readEvents({
    events: {
      read: (query) => {
        reads += 1;
        return isAway ? Promise.reject(new StorageUnavailable()) : events.read(query);
      },
    },
  });
  const open = eventStreams({
    read,
    watch: watchEvents({ events }),
    timer: time.timer,
    draining: drain.signal,
    journal: journalTo(() => {}),
  });
  const start = async () => {
    const first = await read({ after: "first", limit: 1, ...FILTER });
    if (first.kind !== "page") throw new Error("Expected a page");
    return open(first, FILTER);
  };
  return { time, events, drain, start, reads: () => reads, setAway: (away: boolean) => (isAway = away) };
};

describe("a stream of events", () => {
  test("is never silent for longer than a proxy bears, and tells the place it has come to", async () => {
    const { time, start } = harness();
    const stream = (await start())!;
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    await time.pass(4 * KEEP_ALIVE_MS);
    expect(text.match(/^: .*\nid: \w+$/gm)).toHaveLength(4);
    stream.destroy();
    await time.settle();
    expect(time.pending()).toBe(0);
  });

  test("reads no further than its client does, and cuts one that takes nothing", async () => {
    const { time, events, start, reads } = harness();
    await events.tell(someEvents(20_000));
    const stream = (await start())!;
    // Takes one piece and then nothing any more.
    stream.once("readable", () => stream.read(1));
    await time.pass(STALLED_MS / 2);
    expect(reads()).toBeLessThan(50);
    expect(stream.readableLength).toBeLessThan(200_000);
    expect(stream.destroyed).toBe(false);
    await time.pass(STALLED_MS);
    expect(stream.destroyed).toBe(true);
    await time.settle();
    expect(time.pending()).toBe(0);
  });

  test("brings everything to a client that reads", async () => {
    const { time, events, start } = harness();
    await events.tell(someEvents(1_234));
    const stream = (await start())!;
    let count = 0;
    stream.on("data", (chunk) => {
      count += String(chunk).match(/^data: /gm)?.length ?? 0;
    });
    for (let n = 0; n < 200 && count < 1_234; n += 1) await time.settle();
    expect(count).toBe(1_234);
    stream.destroy();
  });

  test("outlives an outage of the database", async () => {
    const { time, events, start, setAway } = harness();
    const stream = (await start())!;
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    await time.pass(1_000);
    setAway(true);
    await events.tell(someEvents(1));
    await time.pass(60_000);
    setAway(false);
    await time.pass(2_000);
    expect(text.match(/^data: /gm)).toHaveLength(1);
    stream.destroy();
  });

  test("is refused when there are as many as there may be, until one ends", async () => {
    const { start } = harness();
    const streams = [];
    for (let n = 0; n < STREAMS_MAX; n += 1) streams.push(await start());
    expect(streams.every((stream) => stream !== null)).toBe(true);
    expect(await start()).toBeNull();
    streams[0]!.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await start()).not.toBeNull();
  });

  test("ends by a farewell when the process ends", async () => {
    const { time, drain, start } = harness();
    const stream = (await start())!;
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => stream.once("end", resolve));
    await time.pass(1_000);
    drain.abort();
    await ended;
    expect(text.endsWith("event: bye\ndata: {}\n\n")).toBe(true);
    expect(time.pending()).toBe(0);
  });
});
