import type { OutboundMessage } from "#core/domain/message.ts";
import { isFinal } from "#core/domain/message.ts";
import type { Opening } from "#core/domain/opening.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import type { Swap } from "#core/ports/conversations.ts";
import type { Batch, BatchOutcome } from "#core/ports/traffic.ts";
import type { Submission } from "./carrier.ts";

/** What a pair meant, and when, by the true clock. */
export interface PairMeaning extends RouteDefinition {
  readonly from: number;
  until: number;
  quarantinedUntil: number;
  /** Given to people who have nothing to do with those before. */
  readonly fresh: boolean;
}

/** A broken rule ends the world. */
export class Broken extends Error {
  readonly rule: string;
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

/** The judge: sees every write at the instant of its commit and every submission at the carrier, and believes nothing else. */
export interface Truth {
  observe(call: string, args: readonly unknown[], answer: unknown): void;
  submitted(submission: Submission): void;
  /** An answer for this message was lost, or whoever held it died: it may leave once more. */
  excuse(messageId: string): void;
  /** Excuses everything that this process has handed over without the store knowing it yet. */
  excuseProcess(process: string): void;
  meanings(sender: string, virtualNumber: string): readonly PairMeaning[];
  /** The meaning of a pair at an instant: live or in quarantine. */
  meaningAt(sender: string, virtualNumber: string, at: number): PairMeaning | null;
  readonly relayed: ReadonlyMap<string, OutboundMessage>;
  /** Duplicates that happened, all of them excused. */
  duplicates(): number;
}

export interface TruthOptions {
  readonly now: () => number;
  readonly quarantineMs: number;
  /** How wrong the processes' clocks may be. */
  readonly toleranceMs: number;
  readonly realNumbers: ReadonlySet<string>;
  readonly virtualNumbers: ReadonlySet<string>;
}

export const createTruth = ({
  now,
  quarantineMs,
  toleranceMs,
  realNumbers,
  virtualNumbers,
}: TruthOptions): Truth => {
  const pairs = new Map<string, PairMeaning[]>();
  const byConversation = new Map<string, PairMeaning[]>();
  /** Everything that is to be sent, in the order of its commit. */
  const relayed = new Map<string, OutboundMessage>();
  const births = new Map<string, number>();
  const threads = new Map<string, string[]>();
  const ended = new Map<string, string>();
  /** Messages of which something has left. */
  const begun = new Set<string>();
  const deliveries = new Map<string, number>();
  const excuses = new Map<string, number>();
  const handedOver = new Map<string, Set<string>>();
  let duplicates = 0;

  const meaningsOf = (sender: string, virtualNumber: string): PairMeaning[] => {
    const key = `${sender}>${virtualNumber}`;
    const meanings = pairs.get(key) ?? [];
    pairs.set(key, meanings);
    return meanings;
  };

  const begin = (route: RouteDefinition): void => {
    const meanings = meaningsOf(route.sender, route.virtualNumber);
    const before = meanings.at(-1);
    const at = now();
    if (before && before.until > at)
      throw new Broken("one meaning", `a pair was given away while it was live`);
    if (before && before.quarantinedUntil - toleranceMs > at && before.recipient !== route.recipient) {
      throw new Broken("never a stranger", "a pair was given away during its quarantine");
    }
    const related = before?.recipient === route.recipient || before?.conversationId === route.conversationId;
    const meaning: PairMeaning = {
      ...route,
      fresh: !related,
      from: at,
      until: Number.POSITIVE_INFINITY,
      quarantinedUntil: Number.POSITIVE_INFINITY,
    };
    meanings.push(meaning);
    byConversation.set(route.conversationId, [...(byConversation.get(route.conversationId) ?? []), meaning]);
  };

  const endAll = (conversationId: string): void => {
    for (const meaning of byConversation.get(conversationId) ?? []) {
      if (meaning.until <= now()) continue;
      meaning.until = now();
      meaning.quarantinedUntil = now() + quarantineMs;
    }
  };

  const bear = (message: OutboundMessage): void => {
    if (relayed.has(message.id)) return;
    relayed.set(message.id, message);
    births.set(message.id, now());
    const thread = threads.get(message.recipientId) ?? [];
    threads.set(message.recipientId, thread);
    thread.push(message.id);
  };

  const observe: Truth["observe"] = (call, args, answer) => {
    const kind = (answer as { kind?: string } | null)?.kind;
    if (call === "conversations.open" && kind === "opened") {
      const opening = args[0] as Opening;
      for (const route of opening.routes) begin(route);
      for (const intro of opening.intros) bear(intro);
    }
    if (call === "conversations.swap" && kind === "swapped") {
      const swap = args[0] as Swap;
      endAll(swap.conversationId);
      for (const route of swap.routes) {
        const before = meaningsOf(route.sender, route.virtualNumber).at(-1);
        // The one who stays keeps the pair: its meaning changes without a quarantine, which is what a swap is for.
        if (before?.conversationId === route.conversationId) before.quarantinedUntil = now();
        begin(route);
      }
      for (const intro of swap.intros) bear(intro);
    }
    if (call === "conversations.close" && answer) {
      const { id, closedAt } = answer as { id: string; closedAt: number | null };
      if (closedAt !== null) endAll(id);
    }
    if (call === "conversations.addMessages" && answer === "added") {
      for (const message of args[1] as readonly OutboundMessage[]) bear(message);
    }
    if (call === "traffic.commit") observeCommit(args[0] as Batch, answer as BatchOutcome);
  };

  const observeCommit = (batch: Batch, outcome: BatchOutcome): void => {
    if (outcome.kind === "fenced") return;
    for (const { messageId } of [...batch.accepted, ...batch.verdicts]) {
      for (const open of handedOver.values()) open.delete(messageId);
    }
    for (const { messageId, state } of batch.verdicts) if (!ended.has(messageId)) ended.set(messageId, state);
    batch.inbound.forEach(({ decision, inbound }, i) => {
      const result = outcome.inbound[i];
      if (decision.kind === "command" && decision.notice && result !== "duplicate" && result !== "stale")
        bear(decision.notice);
      if (decision.kind !== "relay" || (result !== "held" && result !== "queued")) return;
      const { message } = decision;
      const meaning = meaningsOf(inbound.from, inbound.to).findLast(({ from }) => from <= now());
      if (
        !meaning ||
        meaning.conversationId !== message.conversationId ||
        meaning.recipient !== message.destination
      ) {
        throw new Broken("one meaning", "a text was committed on a route that no longer meant that");
      }
      bear(message);
    });
  };

  const submitted: Truth["submitted"] = (submission) => {
    const { messageId, source, destination } = submission;
    const message = relayed.get(messageId);
    if (!message) throw new Broken("commit before send", "something left that was never committed");
    if (realNumbers.has(source) || !virtualNumbers.has(source))
      throw new Broken("anonymous", "a source that is not a virtual number");
    if (virtualNumbers.has(destination) || !realNumbers.has(destination))
      throw new Broken("anonymous", "a destination that is no person");
    if (message.source !== source || message.destination !== destination)
      throw new Broken("reversible", "numbers other than decided");
    const bornAt = births.get(messageId)!;
    const stranger = meaningsOf(destination, source).find(
      ({ fresh, from }) => fresh && from > bornAt && now() > from + toleranceMs,
    );
    if (stranger)
      throw new Broken(
        "never a stranger",
        `a text arrived in a thread that belongs to others since ${stranger.from}`,
      );
    const open = handedOver.get(submission.process) ?? new Set();
    handedOver.set(submission.process, open.add(messageId));
    checkOrder(message);
    // Parts leave in order: a text has left when its last part has.
    if (submission.part < submission.parts - 1) return;
    const times = (deliveries.get(messageId) ?? 0) + 1;
    deliveries.set(messageId, times);
    if (times > 1) duplicates += 1;
    if (times > 1 + (excuses.get(messageId) ?? 0)) {
      throw new Broken("once", `${messageId.slice(0, 18)} left ${times} times without any answer lost`);
    }
  };

  const checkOrder = (message: OutboundMessage): void => {
    if (begun.has(message.id)) return;
    begun.add(message.id);
    for (const earlier of threads.get(message.recipientId) ?? []) {
      if (earlier === message.id) break;
      if (!deliveries.has(earlier) && !ended.has(earlier)) {
        throw new Broken("in order", `${message.id.slice(0, 18)} overtook ${earlier.slice(0, 18)}`);
      }
    }
  };

  const meaningAt: Truth["meaningAt"] = (sender, virtualNumber, at) =>
    meaningsOf(sender, virtualNumber).findLast(
      ({ from, quarantinedUntil }) => from <= at && at < quarantinedUntil,
    ) ?? null;

  return {
    observe,
    submitted,
    excuse: (messageId) => excuses.set(messageId, (excuses.get(messageId) ?? 0) + 1),
    excuseProcess: (process) => {
      for (const messageId of handedOver.get(process) ?? [])
        excuses.set(messageId, (excuses.get(messageId) ?? 0) + 1);
    },
    meanings: meaningsOf,
    meaningAt,
    relayed,
    duplicates: () => duplicates,
  };
};

export { isFinal };
