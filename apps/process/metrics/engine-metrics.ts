import type { Registry } from "prom-client";
import type { Engine } from "#core/engine/engine.ts";
import type { Clock } from "#core/ports/clock.ts";
import { counter, gauge, histogram, type Values } from "./metric-kinds.ts";

const byLabel =
  (label: string, counts: () => Readonly<Record<string, number>>): Values =>
  () =>
    Object.entries(counts()).map(([kind, count]) => [{ [label]: kind }, count] as const);

const one =
  (value: () => number): Values =>
  () => [[{}, value()]];

/** What the engine has taken, decided, written and sent. */
export const engineMetrics = (registry: Registry, engine: Omit<Engine, "stop">, clock: Clock): void => {
  const { writer, departures } = engine;
  const { measures } = writer;
  counter(
    registry,
    "messages_received",
    "Texts and parts of texts that carriers brought, redeliveries among them",
    ["via"],
    byLabel("via", () => measures.received),
  );
  counter(
    registry,
    "decisions",
    "Texts received, by what became of them",
    ["outcome"],
    byLabel("outcome", () => ({ ...writer.counts() })),
  );
  counter(
    registry,
    "duplicates",
    "Texts that had come before",
    [],
    one(() => writer.counts().duplicates),
  );
  counter(
    registry,
    "receipts",
    "Receipts that carriers brought",
    ["state"],
    byLabel("state", () => measures.receipts),
  );
  counter(
    registry,
    "verdicts",
    "Ends of messages that were decided here, and final receipts of carriers: one for each part of a text",
    ["state"],
    byLabel("state", () => measures.outcomes),
  );
  counter(
    registry,
    "dropped",
    "What was forgotten because more came than is kept",
    ["what"],
    byLabel("what", () => ({ ...engine.dropped() })),
  );
  counter(
    registry,
    "failures",
    "Texts that did not arrive, by link and code; link receipt: a carrier said so later",
    ["link", "code"],
    () => engine.failures().map(({ link, code, count }) => [{ link, code }, count] as const),
  );
  counter(
    registry,
    "hook_answers",
    "What the hooks of services said of texts, or why they said nothing that counts",
    ["answer"],
    byLabel("answer", () => ({ ...engine.policy.answered })),
  );
  histogram(registry, "hook_seconds", "From a question to a hook to the end of it", engine.policy.seconds);
  gauge(
    registry,
    "hook_waiting",
    "Texts that wait for the hook of their service",
    [],
    one(engine.askedCount),
  );
  gauge(registry, "owned_messages", "Messages that this process has to send", [], one(engine.ownedCount));
  gauge(
    registry,
    "partitions_owned",
    "Partitions of recipients that this process sends for",
    [],
    one(engine.ownedPartitions),
  );
  gauge(registry, "writer_waiting", "Messages waiting to be written", [], one(writer.waiting));
  gauge(
    registry,
    "oldest_waiting_seconds",
    "Age of the oldest message that waits here to leave; 0: none",
    [],
    one(() => {
      const at = engine.oldestAt();
      return at === null ? 0 : Math.max(0, clock.now() - at) / 1_000;
    }),
  );
  histogram(
    registry,
    "relay_seconds",
    "From a message's arrival until a carrier has taken it",
    departures.relaySeconds,
  );
  histogram(
    registry,
    "receipt_seconds",
    "From a part's acceptance by the carrier to its final receipt, of a sample of what this process has sent lately",
    measures.receiptSeconds,
  );
  histogram(
    registry,
    "commit_seconds",
    "From a batch to storage's answer, an outage included",
    measures.commitSeconds,
  );
  histogram(
    registry,
    "batch_messages",
    "Messages, receipts and facts that were written together",
    measures.batchMessages,
  );
};
