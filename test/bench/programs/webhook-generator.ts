/**
 * Brings texts over HTTP as Vonage does, over connections that stay open, one request at a time on each; and takes what is sent over
 * HTTP, at `/sms/json`. `node webhook-generator.ts PAIRS`.
 */

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import net, { type AddressInfo } from "node:net";
import { type Cast, cpuOfAll } from "#test/bench/parts/cpu.ts";
import { percentiles } from "#test/bench/parts/percentiles.ts";
import { shuffledPairs, wayOf } from "#test/bench/parts/traffic-plan.ts";

const [pairs = ""] = process.argv.slice(2);
const order = shuffledPairs(Number(pairs));

interface Run {
  readonly port: number;
  readonly connections: number;
  /** Texts a second, over all connections; absent: as fast as the answers come. */
  readonly rate?: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly cast: Cast;
}

let next = 0;

const request = (port: number): string => {
  const number = next;
  next += 1;
  const { from, to } = wayOf(order[number % order.length]!);
  const id = randomBytes(8).toString("hex");
  const body = `msisdn=${from}&to=${to}&messageId=${id}&text=${number}+I+am+outside%2C+next+to+the+blue+van&type=text&keyword=I&message-timestamp=2026-01-01+12%3A00%3A00`;
  return `POST /webhooks/vonage/inbound HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

const run = async ({ port, connections, rate, warmMs, measureMs, cast }: Run): Promise<void> => {
  const beganAt = performance.now();
  let begun = 0;
  let accepted = 0;
  let refused = 0;
  let going = true;
  let measuring = false;
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
        socket.write(request(port), "latin1");
      };
      const sendInTurn = (): void => {
        const dueIn = rate === undefined ? 0 : beganAt + (begun * 1_000) / rate - performance.now();
        begun += 1;
        if (dueIn <= 0) send();
        else setTimeout(send, dueIn);
      };
      socket.on("connect", sendInTurn);
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        const head = received.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
        if (received.length < head + 4 + length) return;
        if (received.startsWith("HTTP/1.1 20")) accepted += 1;
        else refused += 1;
        received = "";
        if (measuring) times.push(performance.now() - sentAt);
        sendInTurn();
      });
    });
  const all = Promise.all(Array.from({ length: connections }, one));
  const reading = () => ({
    at: performance.now(),
    accepted,
    cpu: cpuOfAll({ ...cast, generator: process.pid }),
  });
  await pause(warmMs);
  measuring = true;
  times = [];
  const before = reading();
  process.send!({ measuring: true });
  await pause(measureMs);
  const after = reading();
  process.send!({ measured: true });
  measuring = false;
  going = false;
  await all;
  const cpuMicros = Object.fromEntries(
    Object.entries(after.cpu).map(([name, used]) => [name, used - before.cpu[name]!]),
  );
  process.send!({
    result: {
      accepted,
      sample: {
        messages: after.accepted - before.accepted,
        seconds: (after.at - before.at) / 1_000,
        cpuMicros,
        latency: percentiles(times),
        notes: { refused },
      },
    },
  });
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const carrier = createServer((incoming, response) => {
  incoming.resume();
  incoming.on("end", () => {
    const message = {
      status: "0",
      "message-id": randomBytes(8).toString("hex"),
      to: "1",
      "remaining-balance": "1",
      "message-price": "0",
      network: "23410",
    };
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ "message-count": "1", messages: [message] }));
  });
});
carrier.listen(0, "127.0.0.1", () => process.send!({ port: (carrier.address() as AddressInfo).port }));
process.on("message", ({ run: wanted }: { run?: Run }) => {
  if (wanted) void run(wanted);
});
process.on("SIGTERM", () => process.exit());
