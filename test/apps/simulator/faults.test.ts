import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { connectEsme, type Esme, messageOf } from "#test/support/simulator-esme.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const HANDSET = "447700900001";
const NUMBER = "447418300000";

describe("a fault", () => {
  let simulator: Simulator;
  const clients: Esme[] = [];
  beforeEach(async () => {
    simulator = await startSimulator({ limits: noLimits, rented: [{ country: "GB", msisdn: NUMBER }] });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await simulator.stop();
  });

  const connect = (): Esme => {
    const client = connectEsme(simulator.smppPort);
    clients.push(client);
    return client;
  };
  const bound = async (): Promise<Esme> => {
    const client = connect();
    expect(await client.bind()).toBe(0);
    return client;
  };
  const sms = (text = "hello") => ({
    source_addr: NUMBER,
    destination_addr: HANDSET,
    short_message: Buffer.from(text),
    registered_delivery: 1,
  });
  const control = (method: string, body?: unknown) =>
    fetch(`${simulator.httpUrl}/faults`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const sendOverHttp = (signal?: AbortSignal) => {
    const { apiKey, apiSecret } = simulator.account;
    const body = new URLSearchParams({ from: NUMBER, to: HANDSET, text: "hello" });
    const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString("base64")}`;
    const url = `${simulator.httpUrl}/sms/json`;
    return fetch(url, { method: "POST", body, headers: { authorization }, ...(signal && { signal }) });
  };
  const statusOverHttp = async () => {
    const answer = (await (await sendOverHttp()).json()) as { messages: { status: string }[] };
    return answer.messages[0]!.status;
  };

  it("is set, shown and cleared over HTTP", async () => {
    const faults = {
      tps: 100,
      latencyMs: 10,
      jitterMs: 5,
      dropLinkEvery: 50,
      muteSubmit: 3,
      throttleFor: "2s",
      receipts: { delayMs: 100, firstPercent: 50, duplicatePercent: 10, failPercent: 5 },
      webhook: { duplicatePercent: 10, reorder: true },
      http: { status: 503, errorPercent: 20 },
      smpp: { refuseBinds: true, garbage: 2 },
    };
    expect((await control("PUT", faults)).status).toBe(200);
    expect(await (await control("GET")).json()).toEqual({ ...faults, throttleFor: 2_000 });
    expect((await control("DELETE")).status).toBe(200);
    expect(await (await control("GET")).json()).toEqual({});
  });

  it.each([
    ["an unknown name", { discardAll: true }, ""],
    ["a duration that is none", { throttleFor: "2 parsecs" }, "throttleFor"],
    ["a percentage above 100", { receipts: { failPercent: 101 } }, "receipts.failPercent"],
    ["an unknown name within", { http: { state: 1 } }, "http"],
    ["a status that is no error", { http: { status: 200 } }, "http.status"],
    ["a fraction of a link", { dropLinkEvery: 0.5 }, "dropLinkEvery"],
    ["a list", [], ""],
  ])("of %s is refused, and changes nothing", async (_, faults, path) => {
    simulator.setFaults({ tps: 7 });
    const answer = await control("PUT", faults);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ status: 422, errors: [{ path }] });
    expect(await (await control("GET")).json()).toEqual({ tps: 7 });
  });

  it("of tps throttles both interfaces above it", async () => {
    simulator.setFaults({ tps: 3 });
    const client = await bound();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.submit(sms())));
    expect(answers.map((answer) => answer?.command_status)).toEqual([0, 0, 0, 0x58, 0x58]);
    const overHttp = [];
    for (let index = 0; index < 5; index += 1) overHttp.push(await statusOverHttp());
    expect(overHttp).toEqual(["0", "0", "0", "1", "1"]);
  });

  it("of throttleFor ends by itself", async () => {
    simulator.setFaults({ throttleFor: "150ms" });
    const client = await bound();
    expect((await client.submit(sms()))?.command_status).toBe(0x58);
    expect(await statusOverHttp()).toBe("1");
    await eventually(async () => (await client.submit(sms()))?.command_status === 0, "the end of it", 1_000);
    expect(await statusOverHttp()).toBe("0");
  });

  it("of latency holds the answer back, not the message", async () => {
    simulator.setFaults({ latencyMs: "200ms" });
    const client = await bound();
    const startedAt = performance.now();
    const answer = client.submit(sms());
    await eventually(() => simulator.inbox(HANDSET).length === 1, "the message", 150);
    expect((await answer)?.command_status).toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
  });

  it("of dropLinkEvery takes every n-th message and cuts the link before the answer", async () => {
    simulator.setFaults({ dropLinkEvery: 3 });
    const client = await bound();
    expect((await client.submit(sms("1")))?.command_status).toBe(0);
    expect((await client.submit(sms("2")))?.command_status).toBe(0);
    expect(await client.submit(sms("3"))).toBeUndefined();
    expect(simulator.inbox(HANDSET).map(({ text }) => text)).toEqual(["1", "2", "3"]);
    expect(simulator.stats().smpp).toMatchObject({ linksCut: 1, unanswered: 1 });
    const next = await bound();
    await eventually(
      () => next.delivered.some((pdu) => messageOf(pdu).text.includes("DELIVRD")),
      "its receipt",
    );
  });

  it("of muteSubmit takes the next n messages without an answer", async () => {
    simulator.setFaults({ muteSubmit: 2 });
    const client = await bound();
    void client.submit(sms("1"));
    void client.submit(sms("2"));
    expect((await client.submit(sms("3")))?.command_status).toBe(0);
    const answered = client.received.filter(({ command }) => command === "submit_sm_resp");
    expect(answered).toHaveLength(1);
    expect(simulator.inbox(HANDSET)).toHaveLength(3);
    expect(simulator.stats().smpp.unanswered).toBe(2);
  });

  it("of refuseBinds refuses the next n, or all until it is cleared", async () => {
    simulator.setFaults({ smpp: { refuseBinds: 1 } });
    expect(await connect().bind()).toBe(0x0d);
    expect(await connect().bind()).toBe(0);
    simulator.setFaults({ smpp: { refuseBinds: true } });
    expect(await connect().bind()).toBe(0x0d);
    expect(await connect().bind()).toBe(0x0d);
    simulator.clearFaults();
    expect(await connect().bind()).toBe(0);
  });

  it("of garbage puts malformed bytes before the answer", async () => {
    simulator.setFaults({ smpp: { garbage: 100 } });
    const client = await bound();
    await client.submit(sms());
    expect(client.received.some(({ command }) => command === "unknown")).toBe(true);
    expect(simulator.stats().smpp.garbage).toBe(1);
    await client.submit(sms());
    void client.submit(sms());
    await eventually(() => simulator.stats().smpp.garbage === 3, "more of it");
  });

  it("of a host that is down cuts all links and takes none, until it is up again at the same port", async () => {
    const client = await bound();
    simulator.setFaults({ smpp: { down: true } });
    await eventually(client.isClosed, "the cut");
    await eventually(() => {
      const refused = connect();
      return refused.bind().then((status) => status === -1);
    }, "a refused connection");
    simulator.clearFaults();
    await eventually(
      () =>
        connect()
          .bind()
          .then((status) => status === 0),
      "a bind",
    );
  });

  it("of an HTTP status answers with it, for all or for a share, and takes nothing", async () => {
    simulator.setFaults({ http: { status: 429 } });
    expect((await sendOverHttp()).status).toBe(429);
    simulator.setFaults({ http: { errorPercent: 25 } });
    const statuses = [];
    for (let index = 0; index < 8; index += 1) statuses.push((await sendOverHttp()).status);
    expect(statuses).toEqual([200, 200, 200, 500, 200, 200, 200, 500]);
    expect(simulator.inbox(HANDSET)).toHaveLength(6);
  });

  it("of HTTP garbage, a cut and silence are what they are called", async () => {
    simulator.setFaults({ http: { garbagePercent: 100 } });
    await expect((await sendOverHttp()).json()).rejects.toThrow();
    expect(simulator.inbox(HANDSET)).toHaveLength(0);
    simulator.setFaults({ http: { dropPercent: 100 } });
    await expect(sendOverHttp()).rejects.toThrow("fetch failed");
    expect(simulator.inbox(HANDSET)).toHaveLength(1);
    simulator.setFaults({ http: { mutePercent: 100 } });
    await expect(sendOverHttp(AbortSignal.timeout(100))).rejects.toThrow(/timeout/);
    expect(simulator.inbox(HANDSET)).toHaveLength(2);
    expect(simulator.stats().http.unanswered).toBe(2);
  });

  it("of the carrier leaves the control interface alone", async () => {
    simulator.setFaults({ http: { status: 500 } });
    expect((await fetch(`${simulator.httpUrl}/stats`)).status).toBe(200);
    expect((await fetch(`${simulator.httpUrl}/handsets/${HANDSET}/messages`)).status).toBe(200);
  });

  it("of receipts delays, repeats, reorders, contradicts and announces them", async () => {
    const client = await bound();
    const receipts = () => client.delivered.map((pdu) => /stat:(\w+)/.exec(messageOf(pdu).text)![1]);
    simulator.setFaults({ receipts: { delayMs: "150ms", duplicatePercent: 100 } });
    const startedAt = performance.now();
    await client.submit(sms());
    await eventually(() => client.delivered.length === 2, "both receipts");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);

    simulator.setFaults({ receipts: { intermediate: true, contradictPercent: 100 } });
    await client.submit(sms());
    await eventually(() => client.delivered.length === 5, "three receipts");
    expect(receipts().slice(2)).toEqual(["ACCEPTD", "DELIVRD", "UNDELIV"]);

    simulator.setFaults({ receipts: { reorder: true } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.submit(sms())));
    await eventually(() => client.delivered.length === 25, "twenty receipts");
    const order = client.delivered.slice(5).map((pdu) => pdu.receipted_message_id);
    const sent = answers.map((answer) => answer?.message_id);
    expect(order).not.toEqual(sent);
    expect(new Set(order)).toEqual(new Set(sent));
  });
});
