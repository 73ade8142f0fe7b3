import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode } from "#adapters/smpp/protocol/codec.ts";
import { COMMAND, NO_TLVS, type Pdu, type ReceivedPdu, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import type { SessionEnd, SubmitOutcome } from "#adapters/smpp/session/output.ts";
import {
  answer,
  happen,
  receive,
  type SessionEvent,
  submit,
  whyNotSubmit,
} from "#adapters/smpp/session/session.ts";
import { DEFAULT_TIMES, type SessionSettings } from "#adapters/smpp/session/settings.ts";
import { createSession } from "#adapters/smpp/session/state.ts";
import { nextTickAt } from "#adapters/smpp/session/timers.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";

const settings: SessionSettings = {
  profile: VONAGE,
  id: "s",
  credentials: { systemId: "me", password: "secret", systemType: "" },
  bindType: "transceiver",
  tls: false,
  windowMax: 4,
  waitingMax: 3,
  times: DEFAULT_TIMES,
};

/** Something that a session wanted done. */
type Effect =
  | { readonly kind: "write"; readonly pdu: Pdu }
  | { readonly kind: "deliver"; readonly delivery: Delivery }
  | {
      readonly kind: "answered" | "answered-late";
      readonly context: number;
      readonly outcome: SubmitOutcome;
    }
  | { readonly kind: "malformed"; readonly commandId: number; readonly reason: string }
  | { readonly kind: "up" | "end" }
  | ({ readonly kind: "down" } & SessionEnd);

/** A session with a clock, and everything it ever wanted done. */
const createHarness = (changes: Partial<SessionSettings> = {}) => {
  let now = 0;
  let submitted = 0;
  const effects: Effect[] = [];
  const wants = (effect: Effect): void => {
    effects.push(effect);
  };
  const session = createSession<number>(
    { ...settings, ...changes },
    {
      write: (pdu) => wants({ kind: "write", pdu }),
      deliver: (delivery) => wants({ kind: "deliver", delivery }),
      answered: (context, outcome) => wants({ kind: "answered", context, outcome }),
      answeredLate: (context, outcome) => wants({ kind: "answered-late", context, outcome }),
      malformed: (commandId, reason) => wants({ kind: "malformed", commandId, reason }),
      up: () => wants({ kind: "up" }),
      end: () => wants({ kind: "end" }),
      down: (end) => wants({ kind: "down", ...end }),
    },
    0,
  );

  const happens = (event: SessionEvent) => happen(session, event, now);
  const comes = (pdu: ReceivedPdu) => receive(session, pdu, now);
  const contexts = (kind: "answered" | "answered-late") =>
    effects.flatMap((effect) => (effect.kind === kind ? [effect.context] : []));

  const harness = {
    effects,
    happens,
    comes,
    contexts,
    session,
    state: () => session.phase.state,
    submitted: () => submitted,
    submit(): boolean {
      if (whyNotSubmit(session) !== null) return false;
      submit(session, noMessage, submitted, now);
      submitted += 1;
      return true;
    },
    answer: (delivery: Delivery, status: number) => answer(session, delivery, status, now),
    bind() {
      happens({ kind: "connected" });
      if (session.phase.state !== "binding") throw new Error("Cannot bind: it is not binding");
      comes({ kind: "bind_resp", sequence: session.phase.sequence, status: 0, type: "transceiver" });
      return harness;
    },
    /** Lets time pass, with ticks where the session asks for them. */
    pass(ms: number) {
      const end = now + ms;
      for (let at = nextTickAt(session); at <= end; at = nextTickAt(session)) {
        const before = now;
        now = Math.max(now, at);
        happens({ kind: "tick" });
        if (now === before && nextTickAt(session) <= before)
          throw new Error("Cannot go on: ticking in place");
      }
      now = end;
      return harness;
    },
    written: (kind: string) =>
      effects.flatMap((effect) => (effect.kind === "write" && effect.pdu.kind === kind ? [effect.pdu] : [])),
    downReason() {
      const down = effects.find((effect) => effect.kind === "down");
      return down?.kind === "down" ? down.reason.kind : undefined;
    },
  };
  return harness;
};

type Harness = ReturnType<typeof createHarness>;

type Action =
  | { readonly kind: "submit" }
  | { readonly kind: "connected" }
  | { readonly kind: "secured" }
  | { readonly kind: "tick" }
  | { readonly kind: "socket-closed" }
  | { readonly kind: "stop" }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "fragment"; readonly pending: boolean }
  | { readonly kind: "answer"; readonly which: number; readonly status: number }
  | { readonly kind: "pdu"; readonly command: number; readonly sequence: number; readonly status: number };

const sequence = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0x7fffffff, 0x7ffffffe));
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("submit" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(40_000) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("pdu" as const),
      command: fc.oneof(
        fc.constantFrom(COMMAND.deliverSm, COMMAND.submitSmResp),
        fc.constantFrom(...Object.values(COMMAND)),
        fc.constantFrom(0x80000009, 0x103, 0x80000103),
      ),
      sequence,
      status: fc.constantFrom(0, 0, 0, 0x58, 0x0b, 0x04),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      which: fc.nat(),
      status: fc.constantFrom(0, 8),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("tick" as const, "connected" as const, "secured" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fragment" as const), pending: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("stop" as const, "socket-closed" as const) }) },
);

const pduOf = (command: number, sequence: number, status: number): ReceivedPdu => {
  if (command === COMMAND.deliverSm) return { kind: "deliver_sm", sequence, message: received(noMessage) };
  const header = Buffer.alloc(16);
  [16, command, status, sequence].forEach((word, i) => {
    header.writeUInt32BE(word, i * 4);
  });
  return decode(header, 0, 16);
};

const perform = (harness: Harness, deliveries: Delivery[], action: Action): void => {
  switch (action.kind) {
    case "submit":
      harness.submit();
      return;
    case "pass":
      harness.pass(action.ms);
      return;
    case "answer": {
      const delivery = deliveries[action.which % Math.max(1, deliveries.length)];
      if (delivery !== undefined) harness.answer(delivery, action.status);
      return;
    }
    case "pdu":
      harness.comes(pduOf(action.command, action.sequence, action.status));
      break;
    case "stop":
      harness.happens({ kind: "stop", drainMs: 1_000 });
      return;
    case "socket-closed":
      harness.happens({ kind: "socket-closed", code: "" });
      return;
    default:
      harness.happens(action);
  }
  for (const effect of harness.effects) {
    if (effect.kind === "deliver" && !deliveries.includes(effect.delivery)) deliveries.push(effect.delivery);
  }
};

const run = (actions: readonly Action[], bound: boolean) => {
  const harness = createHarness({ lastSequence: 0x7fffffff - 3 });
  if (bound) harness.bind();
  const deliveries: Delivery[] = [];
  for (const each of actions) perform(harness, deliveries, each);
  return { harness, deliveries };
};

const history = fc.tuple(fc.array(action, { maxLength: 60, size: "max" }), fc.boolean());

describe("a session, whatever happens to it", () => {
  it("answers each submit once, and leaves none behind when it ends", () => {
    fc.assert(
      fc.property(history, ([actions, bound]) => {
        const { harness } = run(actions, bound);
        harness.happens({ kind: "socket-closed", code: "" });
        const contexts = harness.contexts("answered");
        expect(contexts.toSorted((a, b) => a - b)).toEqual([...Array(harness.submitted()).keys()]);
        expect(harness.session.window.size()).toBe(0);
        const late = harness.contexts("answered-late");
        expect(new Set(late).size).toBe(late.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it("writes one answer at most for each text it took, and never takes more than it may", () => {
    fc.assert(
      fc.property(history, ([actions, bound]) => {
        const { harness, deliveries } = run(actions, bound);
        for (const delivery of deliveries) harness.answer(delivery, 0);
        const requests = actions.filter(
          (each) => each.kind === "pdu" && each.command === COMMAND.deliverSm,
        ).length;
        expect(harness.written("deliver_sm_resp").length).toBeLessThanOrEqual(requests);
        if (harness.state() !== "closed") expect(harness.written("deliver_sm_resp").length).toBe(requests);
        expect(harness.session.deliveries.waitingCount()).toBeLessThanOrEqual(settings.waitingMax);
      }),
      { numRuns: 2_000 },
    );
  });

  it("writes nothing that our own reading would not take, uses no number twice at once, and ends once", () => {
    fc.assert(
      fc.property(history, ([actions, bound]) => {
        const { harness } = run(actions, bound);
        for (const effect of harness.effects) {
          if (effect.kind !== "write") continue;
          const bytes = encode(effect.pdu);
          expect(decode(bytes, 0, bytes.length).kind).toBe(effect.pdu.kind);
          if (effect.pdu.kind === "submit_sm") {
            expect(effect.pdu.sequence).toBeGreaterThanOrEqual(1);
            expect(effect.pdu.sequence).toBeLessThanOrEqual(0x7fffffff);
          }
        }
        const downs = harness.effects.filter(({ kind }) => kind === "down");
        expect(downs).toHaveLength(harness.state() === "closed" ? 1 : 0);
        if (downs.length === 1) expect(harness.effects.at(-1)!.kind).toBe("down");
      }),
      { numRuns: 2_000 },
    );
  });

  it("does the same again for the same events at the same times", () => {
    fc.assert(
      fc.property(history, ([actions, bound]) => {
        expect(run(actions, bound).harness.effects).toEqual(run(actions, bound).harness.effects);
      }),
      { numRuns: 500 },
    );
  });

  it("is not deaf for longer than the enquiry and its answer take", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40, size: "max" }), (actions) => {
        const { harness } = run(actions, true);
        const { enquireMs, enquireAnswerMs, unbindMs } = settings.times;
        harness.pass(enquireMs + enquireAnswerMs + 2 * unbindMs);
        expect(harness.state()).toBe("closed");
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a session", () => {
  it("never says what it does not get an answer to: each wait has an end", () => {
    const cases: [string, (harness: Harness) => void][] = [
      ["connect-timeout", () => undefined],
      ["bind-timeout", (harness) => harness.happens({ kind: "connected" })],
      ["silent", (harness) => harness.bind()],
      ["stopped", (harness) => harness.bind().happens({ kind: "stop", drainMs: 0 })],
      ["slow-pdu", (harness) => harness.bind().happens({ kind: "fragment", pending: true })],
    ];
    for (const [reason, prepare] of cases) {
      const harness = createHarness();
      prepare(harness);
      harness.pass(40_000);
      expect(harness.downReason()).toBe(reason);
    }
    const securing = createHarness({ tls: true });
    securing.happens({ kind: "connected" });
    expect(securing.state()).toBe("securing");
    securing.pass(10_000);
    expect(securing.downReason()).toBe("tls-timeout");
  });

  it("confirms by the answer to a later submit, and names the rest when it is cut off", () => {
    const harness = createHarness().bind();
    const deliver = (number: number) =>
      harness.comes({ kind: "deliver_sm", sequence: number, message: received(noMessage) });
    const answer = (number: number) => {
      const effect = harness.effects.find(
        (each) => each.kind === "deliver" && each.delivery.sequence === number,
      );
      if (effect?.kind === "deliver") harness.answer(effect.delivery, STATUS.ok);
    };
    deliver(1);
    deliver(2);
    deliver(3);
    answer(1);
    harness.submit();
    answer(2);
    harness.comes({ kind: "submit_sm_resp", sequence: 2, status: 0, messageId: "x", tlvs: NO_TLVS });
    harness.happens({ kind: "socket-closed", code: "" });
    const down = harness.effects.at(-1)!;
    if (down.kind !== "down") throw new Error("Cannot see the end");
    expect(down.unconfirmed.map((delivery) => delivery.sequence)).toEqual([2]);
    expect(down.waiting.map((delivery) => delivery.sequence)).toEqual([3]);
  });

  it("confirms by the answer to an unbind what was acknowledged before it, and no later answer", () => {
    const harness = createHarness().bind();
    for (const sequence of [1, 2])
      harness.comes({ kind: "deliver_sm", sequence, message: received(noMessage) });
    const answer = (sequence: number) => {
      const effect = harness.effects.find(
        (each) => each.kind === "deliver" && each.delivery.sequence === sequence,
      );
      if (effect?.kind === "deliver") harness.answer(effect.delivery, STATUS.ok);
    };
    answer(1);
    harness.happens({ kind: "stop", drainMs: 1_000 });
    harness.pass(1_000);
    const [unbind] = harness.written("unbind");
    answer(2);
    harness.comes({ kind: "unbind_resp", sequence: unbind!.sequence, status: STATUS.ok });
    harness.happens({ kind: "socket-closed", code: "" });
    const down = harness.effects.at(-1)!;
    if (down.kind !== "down") throw new Error("Cannot see the end");
    expect(down.unconfirmed.map((delivery) => delivery.sequence)).toEqual([2]);
  });

  it("asks at most once a second whether acknowledgements arrived", () => {
    const harness = createHarness({ waitingMax: 1_000 }).bind();
    for (let i = 1; i <= 100; i += 1) {
      harness.comes({ kind: "deliver_sm", sequence: i, message: received(noMessage) });
      const effect = harness.effects.at(-1);
      if (effect?.kind === "deliver") harness.answer(effect.delivery, STATUS.ok);
      harness.pass(50);
      const { enquiry } = harness.session;
      if (enquiry) harness.comes({ kind: "enquire_link_resp", sequence: enquiry.sequence, status: 0 });
    }
    expect(harness.written("enquire_link").length).toBeGreaterThanOrEqual(4);
    expect(harness.written("enquire_link").length).toBeLessThanOrEqual(6);
  });

  it("takes a late answer for the submit it belongs to, and forgets it after a while", () => {
    const { responseMs, lateMs } = settings.times;
    const harness = createHarness({ times: { ...DEFAULT_TIMES, enquireMs: 1e9, stallMs: 1e9 } }).bind();
    harness.submit();
    harness.submit();
    harness.pass(responseMs);
    expect(harness.contexts("answered")).toEqual([0, 1]);
    harness.comes({ kind: "submit_sm_resp", sequence: 2, status: 0, messageId: "late", tlvs: NO_TLVS });
    expect(harness.contexts("answered-late")).toEqual([0]);
    harness.pass(lateMs + 1);
    harness.comes({ kind: "submit_sm_resp", sequence: 3, status: 0, messageId: "too late", tlvs: NO_TLVS });
    expect(harness.contexts("answered-late")).toEqual([0]);
  });
});

describe("an answer that shows a fault of the link", () => {
  const fault = fc.constantFrom(
    { nack: true, status: 0x02 },
    { nack: true, status: 0x03 },
    { nack: false, status: STATUS.wrongBindState },
    { nack: false, status: STATUS.alreadyBound },
  );

  it("leaves the others that are in flight their answers: nothing new is sent, nothing is sent twice", () => {
    fc.assert(
      fc.property(fault, fc.integer({ min: 1, max: 4 }), fc.nat(3), ({ nack, status }, inFlight, which) => {
        const harness = createHarness().bind();
        for (let i = 0; i < inFlight; i += 1) harness.submit();
        const sequences = harness.written("submit_sm").map(({ sequence: number }) => number);
        const faulty = sequences[which % inFlight]!;
        harness.comes(
          nack
            ? { kind: "generic_nack", sequence: faulty, status }
            : { kind: "submit_sm_resp", sequence: faulty, status, messageId: "", tlvs: NO_TLVS },
        );
        expect(harness.submit()).toBe(false);
        harness.pass(1_000);
        for (const number of sequences) {
          if (number !== faulty)
            harness.comes({
              kind: "submit_sm_resp",
              sequence: number,
              status: 0,
              messageId: "x",
              tlvs: NO_TLVS,
            });
        }
        const kinds = harness.effects.flatMap((effect) =>
          effect.kind === "answered" ? [effect.outcome.kind] : [],
        );
        expect(kinds.toSorted()).toEqual(["refused", ...Array(inFlight - 1).fill("accepted")].toSorted());
        expect(harness.written("unbind")).toHaveLength(1);
        harness.pass(20_000);
        expect(harness.downReason()).toBe("session-fault");
      }),
    );
  });

  it("that names no request leaves them theirs as well, for some seconds", () => {
    const harness = createHarness().bind();
    harness.submit();
    harness.submit();
    harness.comes({ kind: "generic_nack", sequence: 0, status: 0x02 });
    expect(harness.submit()).toBe(false);
    const [first] = harness.written("submit_sm");
    harness.comes({
      kind: "submit_sm_resp",
      sequence: first!.sequence,
      status: 0,
      messageId: "x",
      tlvs: NO_TLVS,
    });
    harness.pass(20_000);
    const kinds = harness.effects.flatMap((effect) =>
      effect.kind === "answered" ? [effect.outcome.kind] : [],
    );
    expect(kinds).toEqual(["accepted", "unknown"]);
    expect(harness.downReason()).toBe("nacked");
  });
});
