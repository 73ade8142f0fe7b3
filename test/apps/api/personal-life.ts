import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { takeReports } from "#core/use-cases/take-reports.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { freshId } from "#test/support/traffic-builders.ts";
import type { RunningApi } from "./running-api.ts";

const WAIT_MS = 30_000;
const SECRET = `whsec_${Buffer.from("a secret of 24 octets ok").toString("base64")}`;

/** What an application is posted; it answers with all that it has heard. */
export const startApplication = async () => {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    heard.push(body);
    // A webhook that fails waits to be sent again; what is answered to others is kept.
    if (request.url!.endsWith("/hook")) response.writeHead(200).end('{"action": "relay"}');
    else response.writeHead(body.includes("message.failed") ? 500 : 200).end(`seen ${body}`);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type Application = Awaited<ReturnType<typeof startApplication>>;

export const PERSON = "+447700900555";
/** In each of the person's texts, and in what is said of the person. */
export const WORDS = ["Zuleika", "larkspur", "periwinkle", "221B Baker Street", "foxglove"];

/** All that can happen to somebody here, until everything is settled; answers the ids of their conversations. */
export const live = async (api: RunningApi, application: Application): Promise<readonly string[]> => {
  const done = async (method: string, path: string, body?: unknown, headers = {}) => {
    const reply = await api.ask(method, path, { ...(body !== undefined && { body }), headers });
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    return reply.body;
  };
  const open = (other: string, more: object = {}) =>
    done("POST", "/v1/conversations", {
      participants: [{ number: PERSON, name: "Zuleika" }, { number: other }],
      ...more,
    });
  const settled = (id: string, text: string, states: readonly string[]) =>
    eventually(
      async () => {
        const { items } = await done("GET", `/v1/conversations/${id}/messages?limit=200`);
        return items.find(
          (each: { text: string; state: string }) => each.text === text && states.includes(each.state),
        );
      },
      `"${text}" is ${states.join(" or ")}`,
      WAIT_MS,
    );

  await done("PATCH", "/v1/services/default", {
    rules: {
      beforeRelay: { url: `${application.url}/hook`, secret: SECRET, onSilence: "relay" },
      outOfSession: { url: `${application.url}/hook`, secret: SECRET },
      ...{
        notDelivered: true,
        delayNoticeAfter: "1m",
        limits: { perMinute: 100 },
        leaks: { phone: "observe" },
      },
    },
  });
  await done("POST", "/v1/webhook-endpoints", { url: `${application.url}/events`, events: ["*"] });
  const opening = { reference: "order of Zuleika", metadata: { address: "221B Baker Street" } };
  const first = await open("+447700900456", opening);
  const [person, other] = first.participants;
  // A text that arrives, in parts and with the own number in it, and one back.
  const long = `larkspur ${"x".repeat(300)} 07700 900555`;
  api.simulator.text(PERSON, other.virtualNumber, long);
  await settled(first.id, long, ["delivered"]);
  api.simulator.text(other.number, person.virtualNumber, "I am the other one");
  await settled(first.id, "I am the other one", ["delivered"]);
  await done(
    "POST",
    `/v1/conversations/${first.id}/messages`,
    { to: "all", text: "Zuleika meets you at six" },
    { "Idempotency-Key": "six" },
  );
  await done(
    "POST",
    "/v1/broadcasts",
    [{ conversation: first.id, to: person.id, text: "periwinkle for all", ref: "ref of Zuleika" }],
    { "Idempotency-Key": "b" },
  );
  await settled(first.id, "periwinkle for all", ["delivered"]);
  // One that fails, of which the writer is told, and one that is tried again.
  api.simulator.setFaults({ receipts: { failPercent: 100 } });
  api.simulator.text(PERSON, other.virtualNumber, "foxglove is lost");
  const lost = await settled(first.id, "foxglove is lost", ["failed"]);
  api.simulator.clearFaults();
  await done("POST", `/v1/messages/${lost.id}/retry`, {});
  // What belongs to no conversation, and what comes after the end of one.
  const second = await open("+447700900457");
  const [own, third] = second.participants;
  await done("POST", `/v1/conversations/${second.id}/close`, { reason: "Zuleika asked for it" });
  api.simulator.text(PERSON, third.virtualNumber, "larkspur comes too late");
  await settled(second.id, "larkspur comes too late", ["unroutable"]);
  api.simulator.text("+447700900999", own.virtualNumber, "a stranger's text");
  api.simulator.text(PERSON, own.virtualNumber, "foxglove to nobody");
  await eventually(
    async () => {
      const { items } = await done("POST", "/v1/messages/search", { number: PERSON });
      return items.some(({ text }: { text: string }) => text === "foxglove to nobody");
    },
    "what reaches nobody is kept",
    WAIT_MS,
  );
  // Somebody reports the person, who then wants nothing more.
  api.simulator.text(other.number, person.virtualNumber, "REPORT");
  const reports = takeReports({ ...api.storage, ids: { next: freshId } });
  const report = await eventually(
    async () => {
      await reports();
      return (await done("GET", "/v1/reports")).items[0];
    },
    "the report is taken",
    WAIT_MS,
  );
  await done("DELETE", `/v1/holds/${report.holdId}`);
  const until = new Date(systemClock.now() + 3_600_000).toISOString();
  const hold = await done("POST", "/v1/holds", { number: PERSON, reason: "A letter about Zuleika", until });
  await done("DELETE", `/v1/holds/${hold.id}`);
  api.simulator.text(PERSON, other.virtualNumber, "STOP");
  await eventually(
    async () => (await api.ask("GET", `/v1/opt-outs/${encodeURIComponent(PERSON)}`)).status === 200,
    "the STOP is kept",
    WAIT_MS,
  );
  await done("POST", "/v1/exports", { number: PERSON });
  await done("POST", "/v1/messages/search", { number: PERSON });
  await eventually(
    () => application.heard.some((body) => body.includes("participant.opted-out")),
    "webhooks tell of it",
    WAIT_MS,
  );
  return [first.id, second.id];
};
