import { afterEach, describe, expect, it } from "vitest";
import { type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { shortMessageOf } from "#adapters/smpp/protocol/received-message.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { type Overrides, type Recorded, testConnection } from "./test-connection.ts";
import { type TestSmsc, type TestSmscOptions, testSmsc } from "./test-smsc.ts";
import { until } from "./until.ts";

let smsc: TestSmsc;
let ours: Recorded;

const connect = async (options: TestSmscOptions = {}, overrides: Overrides = {}): Promise<void> => {
  smsc = await testSmsc(options);
  ours = testConnection(smsc.port, overrides);
  ours.connection.start();
};

const bound = () => until(() => ours.connection.status().state === "bound", "the connection is bound");

afterEach(async () => {
  await ours.connection.stop(0);
  await smsc.close();
});

const text = (words: string): ShortMessage => ({ ...noMessage, shortMessage: Buffer.from(words) });

describe("a connection to an SMSC made of node-smpp", () => {
  it("binds with its credentials, as SMPP 3.4", async () => {
    await connect();
    await bound();
    expect(smsc.received[0]).toMatchObject({
      command: "bind_transceiver",
      system_id: "me",
      password: "secret",
      system_type: "inbound",
      interface_version: 0x34,
    });
  });

  it("hands a text out and its carrier's id back", async () => {
    await connect();
    await bound();
    expect(ours.connection.submit(text("hello"), "a")).toBe("submitted");
    expect(ours.connection.submit(text("again"), "b")).toBe("submitted");
    await until(() => ours.outcomes.size === 2, "both are answered");
    expect(ours.outcomes.get("a")).toMatchObject({ kind: "accepted", messageId: "1" });
    expect(ours.outcomes.get("b")).toMatchObject({ kind: "accepted", messageId: "2" });
    const [first] = smsc.received.filter((pdu) => pdu.command === "submit_sm");
    expect(first).toMatchObject({
      source_addr: "447700900001",
      destination_addr: "447700900000",
      data_coding: 0,
    });
  });

  it("takes texts in and answers them when told to", async () => {
    await connect();
    await bound();
    const [session] = smsc.sessions();
    const answers: number[] = [];
    for (const words of ["one", "two", "three"]) {
      session!.deliver_sm({ source_addr: "1", destination_addr: "2", short_message: words }, (pdu) => {
        answers.push(pdu.command_status);
      });
    }
    await until(() => ours.delivered.length === 3, "all have come");
    expect(answers).toEqual([]);
    expect(ours.delivered.map(({ message }) => shortMessageOf(message).toString())).toEqual([
      "one",
      "two",
      "three",
    ]);
    expect(ours.connection.answer(ours.delivered[1]!, STATUS.systemError)).toBe(true);
    expect(ours.connection.answer(ours.delivered[0]!, STATUS.ok)).toBe(true);
    await until(() => answers.length === 2, "two are answered");
    expect(answers).toEqual([STATUS.systemError, STATUS.ok]);
    expect(ours.connection.answer(ours.delivered[0]!, STATUS.ok)).toBe(false);
    expect(ours.connection.status().waiting).toBe(1);
  });

  it("never has more in flight than its window", async () => {
    await connect({ on: (pdu) => pdu.command === "submit_sm" }, { windowMax: 3 });
    await bound();
    expect(ours.connection.room()).toBe(3);
    expect(["a", "b", "c", "d"].map((name) => ours.connection.submit(text(name), name))).toEqual([
      "submitted",
      "submitted",
      "submitted",
      "window-full",
    ]);
    expect(ours.connection.room()).toBe(0);
  });

  it("refuses a message that would inject a field, before it is written", async () => {
    await connect();
    await bound();
    expect(ours.connection.submit({ ...noMessage, source: "A\0\x05\0HACKED" }, "evil")).toBe("invalid");
    expect(ours.connection.submit(text("good"), "good")).toBe("submitted");
    await until(() => ours.outcomes.has("good"), "the good one is answered");
    expect(smsc.received.filter((pdu) => pdu.command === "submit_sm")).toHaveLength(1);
  });

  it("calls a text unknown that is not answered in time, and takes the answer when it comes after all", async () => {
    const held: (() => void)[] = [];
    await connect({
      on(pdu, session) {
        if (pdu.command !== "submit_sm") return false;
        held.push(() => session.send(pdu.response({ message_id: "late" })));
        return true;
      },
    });
    await bound();
    ours.connection.submit(text("slow"), "slow");
    await until(() => ours.outcomes.has("slow"), "its time is over");
    expect(ours.outcomes.get("slow")).toEqual({ kind: "unknown", reason: "timeout" });
    expect(ours.connection.status().inFlight).toBe(0);
    held[0]!();
    await until(() => ours.late.has("slow"), "the answer has come");
    expect(ours.late.get("slow")).toMatchObject({ kind: "accepted", messageId: "late" });
  });

  it("matches answers that come in any order", async () => {
    const held: (() => void)[] = [];
    await connect({
      on(pdu, session) {
        if (pdu.command !== "submit_sm") return false;
        const words = String((pdu.short_message as { message?: unknown }).message ?? pdu.short_message);
        held.push(() => session.send(pdu.response({ message_id: words })));
        return true;
      },
    });
    await bound();
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names) ours.connection.submit(text(name), name);
    await until(() => held.length === 5, "all have arrived");
    for (const i of [3, 0, 4, 2, 1]) held[i]!();
    await until(() => ours.outcomes.size === 5, "all are answered");
    for (const name of names) expect(ours.outcomes.get(name)).toMatchObject({ messageId: name });
  });

  it("starts the sequence numbers again at 1 after the highest", async () => {
    await connect({}, { lastSequence: 0x7fffffff - 2 });
    await bound();
    for (const name of ["a", "b", "c"]) ours.connection.submit(text(name), name);
    await until(() => ours.outcomes.size === 3, "all are answered");
    expect(smsc.received.slice(1).map((pdu) => pdu.sequence_number)).toEqual([0x7fffffff, 1, 2]);
  });

  it("answers the SMSC's enquiries and its unbind, and comes back after it", async () => {
    await connect();
    await bound();
    const [session] = smsc.sessions();
    const answers: string[] = [];
    session!.enquire_link({}, (pdu) => answers.push(pdu.command));
    session!.unbind({}, (pdu) => answers.push(pdu.command));
    await until(() => ours.downs.length === 1, "the link has ended");
    expect(answers).toEqual(["enquire_link_resp", "unbind_resp"]);
    expect(ours.downs[0]!.reason).toEqual({ kind: "peer-unbound" });
    await bound();
  });

  it("confirms its acknowledgements by an enquiry, and no more than that", async () => {
    await connect({}, { answer: STATUS.ok });
    await bound();
    smsc.sessions()[0]!.deliver_sm({ source_addr: "1", destination_addr: "2", short_message: "x" });
    await until(() => smsc.received.some((pdu) => pdu.command === "enquire_link"), "an enquiry was sent");
    await until(() => ours.connection.status().unconfirmed === 0, "the acknowledgement is confirmed");
    expect(smsc.received.filter((pdu) => pdu.command === "enquire_link")).toHaveLength(1);
  });

  it("takes a text for a redelivery that comes again after a cut before the acknowledgement was confirmed", async () => {
    const cut = { times: 0 };
    const onAcknowledged: TestSmscOptions["on"] = (pdu, session) => {
      if (pdu.command !== "deliver_sm_resp" || cut.times > 0) return false;
      cut.times += 1;
      session.destroy();
      return true;
    };
    await connect({ on: onAcknowledged }, { answer: STATUS.ok });
    await bound();
    const x = { source_addr: "1", destination_addr: "2", short_message: "x" };
    smsc.sessions()[0]!.deliver_sm(x);
    await until(() => ours.downs.length === 1, "the link is cut");
    await bound();
    smsc.sessions()[0]!.deliver_sm(x);
    await until(() => ours.delivered.length === 2, "it has come again");
    const [first, again] = ours.delivered;
    expect(again).toMatchObject({ isRepeated: true, key: first!.key });
  });

  it("answers what is too much with 'throttled', and goes on", async () => {
    await connect({}, { waitingMax: 2 });
    await bound();
    const answers: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      smsc
        .sessions()[0]!
        .deliver_sm({ source_addr: "1", destination_addr: "2", short_message: `${i}` }, (pdu) =>
          answers.push(pdu.command_status),
        );
    }
    await until(() => answers.length === 1, "one is answered");
    expect(answers).toEqual([STATUS.throttled]);
    expect(ours.delivered).toHaveLength(2);
    expect(ours.connection.status().counts.overloaded).toBe(1);
  });

  it("refuses a text that a handler threw at, so that it comes again, and stays up", async () => {
    let throws = true;
    await connect(
      {},
      {
        onDeliver() {
          if (throws) throw new Error("bug");
        },
      },
    );
    await bound();
    const answers: number[] = [];
    const send = () =>
      smsc
        .sessions()[0]!
        .deliver_sm({ source_addr: "1", destination_addr: "2", short_message: "x" }, (pdu) =>
          answers.push(pdu.command_status),
        );
    send();
    await until(() => answers.length === 1, "it is answered");
    expect(answers).toEqual([STATUS.systemError]);
    expect(ours.faults).toHaveLength(1);
    throws = false;
    send();
    await until(() => ours.delivered.length === 2, "the next one comes");
    expect(ours.downs).toEqual([]);
  });

  it("binds as a transmitter or a receiver too, and does only what those may", async () => {
    await connect({}, { bindType: "receiver" });
    await bound();
    expect(smsc.received[0]).toMatchObject({ command: "bind_receiver" });
    expect(ours.connection.submit(text("x"), "x")).toBe("not-bound");
    await ours.connection.stop(0);
    ours = testConnection(smsc.port, { bindType: "transmitter" });
    ours.connection.start();
    await bound();
    const answers: number[] = [];
    smsc
      .sessions()[0]!
      .deliver_sm({ source_addr: "1", destination_addr: "2", short_message: "x" }, (pdu) =>
        answers.push(pdu.command_status),
      );
    await until(() => answers.length === 1, "it is answered");
    expect(answers).toEqual([STATUS.systemError]);
    expect(ours.delivered).toEqual([]);
  });

  it("stops in order: waits for answers, unbinds, ends", async () => {
    const held: (() => void)[] = [];
    await connect({
      on(pdu, session) {
        if (pdu.command !== "submit_sm") return false;
        held.push(() => session.send(pdu.response({ message_id: "done" })));
        return true;
      },
    });
    await bound();
    ours.connection.submit(text("last"), "last");
    await until(() => held.length === 1, "it has arrived");
    const stopped = ours.connection.stop(5_000);
    expect(ours.connection.status().state).toBe("draining");
    expect(ours.connection.submit(text("too late"), "too late")).toBe("not-bound");
    held[0]!();
    await stopped;
    expect(ours.outcomes.get("last")).toMatchObject({ kind: "accepted", messageId: "done" });
    expect(smsc.received.at(-1)!.command).toBe("unbind");
    expect(ours.downs).toEqual([{ reason: { kind: "stopped" }, inMs: undefined, alarm: false }]);
    expect(ours.connection.status().state).toBe("idle");
  });
});
