import { memoryChance } from "#adapters/memory/chance.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { FinalReceiptState } from "#core/domain/receipt.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { type Engine, startEngine } from "#core/engine/engine.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import { rulesOf } from "#core/ports/services.ts";
import type { Storage } from "#core/ports/storage.ts";
import { type OpenConversationOutcome, openConversation } from "#core/use-cases/open-conversation.ts";
import { swapParticipant } from "#core/use-cases/swap-participant.ts";
import { type Fault, faultyStorage } from "./faulty-storage.ts";
import { type Script, type Sent, scriptedLink } from "./scripted-link.ts";
import { type VirtualTime, virtualTime } from "./virtual-time.ts";

/** One thing that happens. People, numbers, conversations and texts are counted from 0, and over the end again from 0. */
export type Step =
  | {
      readonly kind: "open";
      readonly people: readonly number[];
      readonly name: Naming;
      readonly sticky: boolean;
      readonly ttlMs: number | null;
      readonly idleTtlMs: number | null;
    }
  /** Somebody texts the number that stands, or stood, for the other one. */
  | {
      readonly kind: "text";
      readonly conversation: number;
      readonly side: 0 | 1;
      readonly words: string;
      readonly process: 0 | 1;
    }
  /** Anybody texts any of our numbers. */
  | { readonly kind: "guess"; readonly person: number; readonly number: number; readonly words: string }
  /** The carrier brings a text once more. */
  | { readonly kind: "again"; readonly text: number; readonly process: 0 | 1 }
  | { readonly kind: "close"; readonly conversation: number }
  | { readonly kind: "swap"; readonly conversation: number; readonly side: 0 | 1; readonly person: number }
  | { readonly kind: "receipt"; readonly sent: number; readonly state: FinalReceiptState }
  | { readonly kind: "time"; readonly ms: number };

/** How the two are called: not at all, by a name, or by one that gives the number away. */
export type Naming = "none" | "plain" | "number";

export interface History {
  readonly steps: readonly Step[];
  readonly processes: 1 | 2;
  readonly link: LinkKind;
  /** What the carrier does, in turn. Afterwards it accepts. */
  readonly carrier: readonly Script[];
  /** What befalls the writes of texts, in turn. Afterwards nothing. */
  readonly faults: readonly Fault[];
}

/** What a pair of numbers meant, from when to when. */
export interface Binding {
  readonly conversation: string;
  readonly sender: Msisdn;
  readonly virtualNumber: Msisdn;
  readonly counterpart: Msisdn;
  readonly from: number;
  /** Null while it is live. */
  until: number | null;
  quarantinedUntil: number | null;
  readonly fromTick: number;
  untilTick: number;
}

/** A text as the carrier brought it, all its deliveries together. */
export interface Text {
  readonly key: string;
  readonly from: Msisdn;
  readonly to: Msisdn;
  readonly words: string;
  readonly process: number;
  readonly givenAt: number;
  readonly givenTick: number;
  /** Under each of which it may have been stored. */
  readonly ids: string[];
  acceptedAt: number | null;
  acceptedTick: number;
  wasRefused: boolean;
}

export interface Opened {
  readonly at: number;
  readonly people: readonly [Msisdn, Msisdn];
  readonly outcome: OpenConversationOutcome;
  /** What every pair meant at that instant. */
  readonly bindings: readonly Binding[];
}

export interface Trace {
  readonly people: readonly Msisdn[];
  readonly pool: readonly Msisdn[];
  readonly conversations: readonly string[];
  readonly bindings: readonly Binding[];
  readonly texts: readonly Text[];
  readonly opened: readonly Opened[];
  readonly sent: readonly Sent[];
  /** Every record of a message that was ever seen, in the order in which they were seen. */
  readonly seen: ReadonlyMap<string, readonly MessageRecord[]>;
}

export const TTL_MS = 20_000;
export const QUARANTINE_MS = 15_000;
const RECEIPT_GRACE_MS = 5_000;

export const PEOPLE = [1, 2, 3, 4].map((n) => `44770090010${n}` as Msisdn);
export const POOL = [1, 2].map((n) => `44770090000${n}` as Msisdn);

/** Everybody lives in one country. */
export const everywhere: NumberInsight = {
  lookup: async (number) => ({ kind: "valid", number, country: "GB", callingCode: "44" }),
};

/** Plays a history on the real core, then lets everything come to its end, and tells what could be seen of it. */
export const play = async (history: History): Promise<Trace> => {
  const time = virtualTime();
  const { clock } = time;
  const tables = emptyTables();
  const plain = memoryStorage({ clock, tables });
  for (const number of POOL)
    await plain.numbers.add({
      number,
      serviceId: DEFAULT_SERVICE_ID,
      country: "GB",
      features: ["SMS"],
      at: clock.now(),
    });
  const faults = [...history.faults];
  const scripts = [...history.carrier];
  const sent: Sent[] = [];
  const script = (): Script => scripts.shift() ?? { kind: "accept" };
  const relays: Engine[] = [];
  for (let process = 0; process < history.processes; process += 1) {
    const storage = faultyStorage(plain, time, (method) =>
      method === "traffic.commit" ? (faults.shift() ?? null) : null,
    );
    relays.push(await startProcess({ time, storage, process, sent, script, kind: history.link }));
  }
  const run = createRun(plain, time, relays, sent);
  for (const step of history.steps) {
    await run.perform(step);
    await time.settle();
    await run.look();
  }
  faults.length = 0;
  scripts.length = 0;
  // Everything that was taken ends within its time to live and the carrier's patience.
  for (let i = 0; i < 3; i += 1) {
    await time.pass((TTL_MS + RECEIPT_GRACE_MS + 15_000) / 3);
    await run.look();
  }
  // Carriers say things long after.
  await run.contradict();
  await time.pass(1_000);
  await run.look();
  for (const relay of relays) await time.until(relay.stop());
  return run.trace;
};

interface ProcessParts {
  readonly time: VirtualTime;
  readonly storage: Storage;
  readonly process: number;
  readonly sent: Sent[];
  readonly script: (message: OutboundMessage) => Script;
  readonly kind: LinkKind;
}

const startProcess = ({ time, storage, process, sent, script, kind }: ProcessParts): Promise<Engine> =>
  startEngine(
    {
      storage,
      links: [scriptedLink({ time, book: sent, script, kind, name: `link-${process}`, window: 3 })],
      clock: time.clock,
      timer: time.timer,
      ids: memoryIds({ clock: time.clock, process: process + 1 }),
      chance: memoryChance(process),
      journal: recordedJournal(),
    },
    {
      kind: "gateway",
      messageTtlMs: TTL_MS,
      fallbackAfterMs: 1_000,
      quarantineMs: QUARANTINE_MS,
      textRetentionMs: null,
      messageRetentionMs: null,
      accountRates: { smpp: Number.POSITIVE_INFINITY, http: Number.POSITIVE_INFINITY },
      receiptGraceMs: RECEIPT_GRACE_MS,
      pruneEvery: 1,
    },
  );

/** Performs steps, and keeps its own account of what the pairs mean. */
const createRun = (storage: Storage, time: VirtualTime, relays: readonly Engine[], sent: readonly Sent[]) => {
  const { clock } = time;
  const { conversations } = storage;
  const ids = memoryIds({ clock, process: 9 });
  const opened: Opened[] = [];
  const bindings: Binding[] = [];
  const open: Conversation[] = [];
  const texts: Text[] = [];
  const seen = new Map<string, MessageRecord[]>();
  let tick = 0;
  const nextTick = (): number => {
    tick += 1;
    return tick;
  };
  const noMore = async (): Promise<boolean> => false;
  const rules = rulesOf(storage.services, { messageTtlMs: TTL_MS, quarantineMs: QUARANTINE_MS });
  const ports = { conversations, insight: everywhere, clock, rentMore: noMore, rulesOf: rules };
  const opening = openConversation(ports);
  const swapping = swapParticipant(ports);

  const bind = ({ id, participants: [a, b] }: Conversation, at: number): void => {
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      bindings.push({
        conversation: id,
        sender: own.number,
        virtualNumber: other.virtualNumber,
        counterpart: other.number,
        from: at,
        until: null,
        quarantinedUntil: null,
        fromTick: nextTick(),
        untilTick: Number.POSITIVE_INFINITY,
      });
    }
  };

  const unbind = (binding: Binding, at: number, quarantinedUntil: number): void => {
    binding.until = at;
    binding.quarantinedUntil = quarantinedUntil;
    binding.untilTick = nextTick();
  };

  const liveOf = (id: string): readonly Binding[] =>
    bindings.filter(({ conversation, until }) => conversation === id && until === null);

  const give = async (text: Text, process: number, message: InboundMessage): Promise<void> => {
    text.ids.push(message.id);
    const taken = await relays[process % relays.length]!.writer.accept(message);
    if (taken !== "accepted") text.wasRefused = true;
    else if (text.acceptedAt === null) {
      text.acceptedAt = clock.now();
      text.acceptedTick = nextTick();
    }
  };

  const deliver = (text: Text, process: number): void => {
    const { key, from, to, words } = text;
    const message: InboundMessage = {
      ...{ id: ids.next(), key, from, to, text: words },
      ...{ part: null, link: "smpp", receivedAt: clock.now() },
    };
    void give(text, process, message);
  };

  const write = (from: Msisdn, to: Msisdn, words: string, process: number): void => {
    const text: Text = {
      ...{ key: `key-${texts.length}`, from, to, words, process: process % relays.length },
      ...{ givenAt: clock.now(), givenTick: nextTick(), ids: [] },
      ...{ acceptedAt: null, acceptedTick: Number.POSITIVE_INFINITY, wasRefused: false },
    };
    texts.push(text);
    deliver(text, process);
  };

  const perform = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case "open":
        return openStep(step);
      case "text": {
        const conversation = pick(open, step.conversation);
        if (!conversation) return;
        const other = conversation.participants[step.side === 0 ? 1 : 0];
        return write(
          conversation.participants[step.side].number,
          other.virtualNumber,
          step.words,
          step.process,
        );
      }
      case "guess":
        return write(pick(PEOPLE, step.person)!, pick(POOL, step.number)!, step.words, 0);
      case "again": {
        const text = pick(texts, step.text);
        if (text) deliver(text, step.process);
        return;
      }
      case "close": {
        const conversation = pick(open, step.conversation);
        if (!conversation) return;
        const at = clock.now();
        const { id } = conversation;
        await conversations.close({
          ...{ id, reason: "requested", at },
          ...{ quarantinedUntil: at + QUARANTINE_MS, unlessTextedAfter: null },
        });
        return;
      }
      case "swap":
        return swapStep(step);
      case "receipt": {
        const part = pick(sent, step.sent);
        if (!part?.answered) return;
        const failure = step.state === "delivered" ? null : { code: "x", detail: "the carrier says so" };
        const carrierIds = [part.carrierId];
        void relays[0]!.writer.acceptReceipt({ carrierIds, state: step.state, failure, at: clock.now() });
        return;
      }
      case "time":
        return time.pass(step.ms);
    }
  };

  const openStep = async (step: Step & { kind: "open" }): Promise<void> => {
    const [a, b] = step.people.map((i) => pick(PEOPLE, i)!) as [Msisdn, Msisdn];
    const nameOf = (number: Msisdn): string | null =>
      step.name === "none" ? null : step.name === "plain" ? "Ann" : `Ann 0${number.slice(2)}`;
    const person = (number: Msisdn) => ({ number, name: nameOf(number), intro: null, country: null });
    const at = clock.now();
    const before = bindings.map((binding) => ({ ...binding }));
    const outcome = await opening(
      {
        serviceId: DEFAULT_SERVICE_ID,
        participants: [person(a), person(b)],
        ...{ reference: null, ttlMs: step.ttlMs, idleTtlMs: step.idleTtlMs, geoMatch: "country" },
        ...{ sticky: step.sticky, intros: true, metadata: {}, onOpen: "new" },
      },
      ids,
    );
    opened.push({ at, people: [a, b], outcome, bindings: before });
    if (outcome.kind !== "opened") return;
    open.push(outcome.conversation);
    bind(outcome.conversation, at);
  };

  const swapStep = async (step: Step & { kind: "swap" }): Promise<void> => {
    const known = pick(open, step.conversation);
    if (!known) return;
    const at = clock.now();
    const leaving = known.participants[step.side];
    const joining = { number: pick(PEOPLE, step.person)!, name: null, intro: null, country: null };
    const outcome = await swapping(
      { conversationId: known.id, leaving: leaving.id, joining, intro: true },
      ids,
    );
    if (outcome.kind !== "swapped") return;
    // The thread of the one who stays goes on without a quarantine.
    for (const binding of liveOf(known.id))
      unbind(binding, at, binding.sender === leaving.number ? at + QUARANTINE_MS : at);
    open[open.indexOf(known)] = outcome.conversation;
    bind(outcome.conversation, at);
  };

  const look = async (): Promise<void> => {
    for (const { id } of open) {
      const conversation = (await conversations.get(id))!;
      if (conversation.closedAt === null) continue;
      const { closedAt } = conversation;
      for (const binding of liveOf(id)) unbind(binding, closedAt, closedAt + QUARANTINE_MS);
    }
    for (const { id } of open)
      for (const record of (await conversations.messages(id, { limit: 200, after: null })).items)
        note(record);
    for (const text of texts)
      for (const id of text.ids) {
        const record = await conversations.message(id);
        if (record) note(record);
      }
  };

  const note = (record: MessageRecord): void => {
    const records = seen.get(record.id) ?? [];
    records.push(record);
    seen.set(record.id, records);
  };

  /** For each part that was ever taken, a receipt that says something else than what is known. */
  const contradict = async (): Promise<void> => {
    for (const { carrierId, message, answered } of sent) {
      if (!answered) continue;
      const state = seen.get(message.id)?.at(-1)?.state === "delivered" ? "failed" : "delivered";
      const receipt = { carrierIds: [carrierId], state, failure: null, at: clock.now() } as const;
      void relays[0]!.writer.acceptReceipt(receipt);
    }
  };

  const trace: Trace = {
    people: PEOPLE,
    pool: POOL,
    get conversations() {
      return open.map(({ id }) => id);
    },
    ...{ bindings, texts, opened, sent, seen },
  };
  return { perform, look, contradict, trace };
};

const pick = <T>(all: readonly T[], i: number): T | undefined => all[i % Math.max(1, all.length)];
