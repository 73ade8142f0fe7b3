/**
 * Opens conversations over HTTP, over connections that stay open, one request at a time on each. `node opener.ts`; told
 * `{open: {port, connections, warmMs, measureMs, cast, repeatable}}` it answers how many it opened.
 */
import { randomUUID } from "node:crypto";
import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { API_SECRET } from "#test/bench/parts/api.ts";
import { type Cast, cpuOfAll } from "#test/bench/parts/cpu.ts";
import { percentiles } from "#test/bench/parts/percentiles.ts";

interface Opening {
  readonly port: number;
  readonly connections: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly cast: Cast;
  /** Whether each request has an Idempotency-Key. */
  readonly repeatable: boolean;
}

let people = 0;

const person = () => ({ number: `+4475${String(people++).padStart(8, "0")}`, name: "Ann" });

const request = ({ port, repeatable }: Opening): string => {
  const body = JSON.stringify({ participants: [person(), person()], reference: `order-${people}` });
  const key = repeatable ? `Idempotency-Key: ${randomUUID()}\r\n` : "";
  return `POST /v1/conversations HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${API_SECRET}\r\nContent-Type: application/json\r\n${key}Content-Length: ${body.length}\r\n\r\n${body}`;
};

const run = async (opening: Opening): Promise<void> => {
  const { port, connections, warmMs, measureMs, cast } = opening;
  let opened = 0;
  let refused = 0;
  let going = true;
  let times: number[] = [];
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
      let sentAt = 0;
      let received = "";
      const send = (): void => {
        if (!going) {
          socket.end();
          resolve();
          return;
        }
        sentAt = performance.now();
        socket.write(request(opening), "latin1");
      };
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("The API closed a connection")));
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        const head = received.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
        if (received.length < head + 4 + length) return;
        if (received.startsWith("HTTP/1.1 201")) opened += 1;
        else refused += 1;
        received = "";
        times.push(performance.now() - sentAt);
        send();
      });
    });
  const all = Promise.all(Array.from({ length: connections }, one));
  const reading = () => ({
    at: performance.now(),
    opened,
    cpu: cpuOfAll({ ...cast, generator: process.pid }),
  });
  await pause(warmMs);
  times = [];
  const before = reading();
  await pause(measureMs);
  const after = reading();
  const latency = percentiles(times);
  going = false;
  await all;
  const cpuMicros = Object.fromEntries(
    Object.entries(after.cpu).map(([name, used]) => [name, used - before.cpu[name]!]),
  );
  process.send!({
    opened: {
      opened,
      refused,
      sample: {
        messages: after.opened - before.opened,
        seconds: (after.at - before.at) / 1_000,
        cpuMicros,
        latency,
      },
    },
  });
};

process.on("message", ({ open: wanted }: { open?: Opening }) => {
  if (wanted) void run(wanted);
});
process.on("SIGTERM", () => process.exit());
