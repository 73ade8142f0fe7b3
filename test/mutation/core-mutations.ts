import type { Mutation } from "./mutation.ts";

/** Breakages of decisions: who hears what from whom. */
export const CORE_MUTATIONS: readonly Mutation[] = [
  {
    name: "forget the quarantine",
    file: "core/domain/number-pool.ts",
    find: `(use.counterpart === "same" || use.quarantinedUntil === null || use.quarantinedUntil <= now)`,
    replace: "true",
  },
  {
    name: "give away pairs that are in use",
    file: "core/domain/number-pool.ts",
    find: "use.closedAt !== null &&",
    replace: "",
  },
  {
    name: "call the pool exhausted although numbers are free",
    file: "core/domain/number-pool.ts",
    find: "if (use && !isFree(use, now)) continue;",
    replace: "if (use) continue;",
  },
  {
    name: "send from the number that was texted",
    file: "core/domain/inbound-decision.ts",
    find: "source: route.source,",
    replace: "source: route.virtualNumber,",
  },
  {
    name: "send a text back to its sender",
    file: "core/domain/inbound-decision.ts",
    find: "destination: route.recipient,",
    replace: "destination: route.sender,",
  },
  {
    name: "show the sender's real number",
    file: "core/domain/inbound-decision.ts",
    find: "text: inbound.text,\n  receivedAt",
    replace: 'text: [inbound.from, inbound.text].join(": "),\n  receivedAt',
  },
  {
    name: "relay what is texted after the end",
    file: "core/domain/route.ts",
    find: "if (route.closedAt !== null) {",
    replace: "if (route.closedAt !== null && route.quarantinedUntil === null) {",
  },
  {
    name: "relay what is texted after the time of a conversation",
    file: "core/domain/route.ts",
    find: "if (route.expiresAt !== null && route.expiresAt <= now)",
    replace: "if (route.expiresAt !== null && route.expiresAt <= 0)",
  },
  {
    name: "relay to those who want no texts",
    file: "core/domain/route.ts",
    find: `if (route.blockedBy) return { kind: "blocked"`,
    replace: `if (route.blockedBy === "pair-block") return { kind: "blocked"`,
  },
  {
    name: "relay past a block",
    file: "core/domain/route.ts",
    find: `if (route.blockedBy) return { kind: "blocked"`,
    replace: `if (route.blockedBy === "opt-out") return { kind: "blocked"`,
  },
  {
    name: "take STOP for a text",
    file: "core/domain/opt-out-words.ts",
    find: `["stop", "stop"],`,
    replace: "",
  },
  {
    name: "swap the routes of a conversation",
    file: "core/domain/route.ts",
    find: "source: sender.virtualNumber,",
    replace: "source: recipient.virtualNumber,",
  },
  {
    name: "call a text delivered when one of its parts is",
    file: "core/domain/receipt.ts",
    find: "if (ended.length < parts.length || ended.length === 0) return null;",
    replace: "if (ended.length === 0) return null;",
  },
  {
    name: "call a text delivered of which a part has failed",
    file: "core/domain/receipt.ts",
    find: "if (worst) return",
    replace: "if (worst && parts.length === 1) return",
  },
  {
    name: "let anything but a delivery pass for one",
    file: "core/domain/receipt.ts",
    find: `state: worst.state, failure: worst.failure`,
    replace: `state: "delivered", failure: null`,
  },
  {
    name: "join parts in the order in which they came",
    file: "core/domain/concatenation.ts",
    find: "textByIndex.set(index, text);",
    replace: "textByIndex.set(textByIndex.size + 1, text);",
  },
  {
    name: "join a text whose parts have not all come",
    file: "core/engine/inbound/decide-batch.ts",
    find: "if (!isComplete(parts)) continue;",
    replace: "if (parts.length < 2) continue;",
  },
  {
    name: "never join what comes in parts",
    file: "core/engine/inbound/decide-batch.ts",
    find: "if (!isComplete(parts)) continue;",
    replace: "if (parts.length < 1_000) continue;",
    tests: ["test/core/engine/decide-batch.test.ts"],
  },
  {
    name: "close a conversation without its quarantine",
    file: "core/engine/maintenance/sweeper.ts",
    find: "quarantinedUntil: now + options.quarantineMs,",
    replace: "quarantinedUntil: now,",
  },
  {
    name: "close as idle what is not",
    file: "core/engine/maintenance/sweeper.ts",
    find: "unlessTextedAfter: isIdle ? now - conversation.idleTtlMs : null,",
    replace: "unlessTextedAfter: null,",
  },
  {
    name: "never look for receipts of parts",
    file: "core/engine/maintenance/sweeper.ts",
    find: "await foldParts(ports);",
    replace: "",
  },
];
