import { dropped, instead, type Mutation, onlyIf } from "./mutation.ts";

/** Breakages of what keeps order and loses nothing while processes and links come and go. */
export const ENGINE_MUTATIONS: readonly Mutation[] = [
  {
    name: "acknowledge before the commit",
    tag: "acknowledge-before-commit",
    broken: (line) =>
      `else {\n${line.replace(/else (.*)\(item\)/, "$1({ ...item, done: () => {} })")}\nnotify(item, "accepted");\n}`,
  },
  {
    name: "decide what follows a command as if it had not been said",
    tag: "decide-past-command",
    broken: instead(/(= ).*;/, "false;"),
    tests: ["test/core/engine/decide-batch.test.ts"],
  },
  {
    name: "go on keeping the carrier's word against a text of the person",
    tag: "keep-carrier-opt-out",
    broken: instead(/(= ).*;/, "false as boolean;"),
    tests: ["test/core/engine/decide-batch.test.ts"],
  },
  {
    name: "take back a STOP by a text to a conversation that has ended",
    tag: "believe-ended-routes",
    broken: instead(/(= ).*;/, "lookup.route?.senderWishes ?? NO_WISHES;"),
    tests: ["test/core/engine/decide-batch.test.ts"],
  },
  {
    name: "pass over what the carrier says of an opt-out",
    tag: "ignore-carrier-opt-out",
    broken: dropped,
    tests: ["test/adapters/postgres/traffic.test.ts"],
  },
  {
    name: "let two machines answer each other for ever",
    tag: "relay-loops",
    broken: instead(/&& route && .*$/, "&& route && (false as boolean)"),
    tests: ["test/core/engine/decide-batch.test.ts"],
  },
  {
    name: "forget what has to be decided again",
    tag: "forget-stale",
    broken: instead(/^.*$/, 'if (routed) notify(routed.item, "accepted");'),
  },
  {
    name: "hold what belongs to other processes",
    tag: "own-others-partitions",
    broken: instead(/ && life.*,$/, ","),
  },
  {
    name: "send over a link that is paused",
    tag: "send-though-paused",
    broken: dropped,
  },
  {
    name: "send after the lease has run out",
    tag: "send-without-lease",
    broken: instead(/(=> ).*;$/, "true;"),
    tests: ["test/core/engine"],
  },
  {
    name: "keep in hand what was recovered by others",
    tag: "keep-after-fencing",
    broken: instead(/= .*;/, "= 0;"),
    tests: ["test/core/engine/membership.test.ts"],
  },
  {
    name: "say that nothing is in hand",
    tag: "own-nothing",
    broken: instead(/(=> ).* \?\? /, ""),
  },
  {
    name: "declare everybody expired after an outage of storage",
    tag: "expire-after-outage",
    broken: instead(/(= ).*;$/, "true;"),
    tests: ["test/core/engine"],
  },
  {
    name: "never give up partitions",
    tag: "never-release",
    broken: onlyIf("release.length >= 0"),
    tests: ["test/core/engine"],
  },
  {
    name: "drop the order of one recipient's texts",
    tag: "reorder-queue",
    broken: (line) => line.replace(/(\w+)\.state = .*$/, "$&\n$1.items.reverse();"),
  },
  {
    name: "send what has been given to another conversation",
    tag: "send-reassigned",
    broken: onlyIf("now < 0"),
    tests: ["test/core/engine"],
  },
  {
    name: "send what is too old",
    tag: "send-too-old",
    broken: onlyIf("message.expiresAt <= 0"),
    tests: ["test/core/engine"],
  },
  {
    name: "send what was blocked after it was accepted",
    tag: "send-blocked",
    broken: onlyIf("blockedBy !== null && now < 0"),
    tests: ["test/core/engine"],
  },
  {
    name: "never send what is retried",
    tag: "never-retry",
    broken: instead(/requeue\(.*;/, "queues.drop(queue);"),
  },
  {
    name: "start every part of a text again from the first",
    tag: "resend-accepted-parts",
    broken: instead(/(partsAccepted)(?=,)/, ": 0"),
  },
  {
    name: "leave out the record of what a carrier has taken",
    tag: "never-record-acceptance",
    broken: instead(/\{ accepted \}/, "{}"),
  },
  {
    name: "send again what was accepted",
    tag: "resend-accepted",
    broken: instead(/>=/, ">"),
  },
  {
    name: "never look for what is its own in storage alone",
    tag: "never-recover",
    broken: dropped,
  },
  {
    name: "accept a late receipt after the end",
    tag: "receipt-after-end",
    broken: (line) => line.replace(/(if \(!\w+) \|\| [\w.]+\)/, "$1)"),
  },
  {
    name: "forget receipts that come before the answer",
    tag: "forget-early-receipt",
    broken: dropped,
  },
  {
    name: "match receipts to whatever was sent last",
    tag: "match-last-sent",
    broken: (line) =>
      line.replace(/(= )\w+\.find\(\(\w+\) => ([\w.]+)\.has\(\w+\)\)/, "$1[...$2.keys()].at(-1)"),
  },
  {
    name: "take the same message twice",
    tag: "accept-twice",
    broken: dropped,
  },
  {
    name: "write on a route that has changed",
    tag: "write-on-changed-route",
    broken: dropped,
  },
  {
    name: "let a text overtake the queue",
    tag: "overtake-queue",
    broken: instead(/ && .*;$/, ";"),
  },
  {
    name: "take the writes of the dead",
    tag: "accept-writes-of-expired",
    broken: (line) => line.replace(/(if \(!\w+) \|\| [\w.]+\)/, "$1)"),
    tests: ["test/adapters/memory"],
  },
  {
    name: "expire a process with what it held",
    tag: "expire-with-its-messages",
    broken: dropped,
  },
  {
    name: "claim what waits behind a text in somebody's hand",
    tag: "claim-behind-owned",
    broken: (line) => `if (place.state === "queued") ${line.trim()}`,
  },
  {
    name: "give up partitions that an old heartbeat asks for",
    tag: "obey-late-heartbeat",
    broken: instead(/\(\w+\.get\(.*\) \?\? 0\)/, "0"),
    tests: ["test/core/engine"],
  },
  {
    name: "look for a dead one's texts from the id of its last heartbeat's arrival",
    tag: "recover-from-last-message",
    broken: (line) => line.replace(/= (\w+);/, "= [...tables.messages.keys()].toSorted().at(-1) ?? $1;"),
  },
  {
    name: "keep a text in hand for ever, whoever has its recipient by then",
    tag: "own-for-ever",
    broken: instead(/(\w+: ).*,$/, "validUntil === 0 ? 0 : Number.POSITIVE_INFINITY,"),
    tests: ["test/core/engine"],
  },
  {
    name: "write for one recipient in two shards",
    tag: "two-writes-for-one-recipient",
    broken: instead(/(for \(.*;) \w+; .*\) \{$/, " false; ) {"),
    tests: ["test/core/engine"],
  },
  {
    name: "own what was written in an epoch that is over",
    tag: "own-in-ended-epoch",
    broken: dropped,
    tests: ["test/core/engine"],
  },
  {
    name: "stop the texts of one service by a STOP to another",
    tag: "stop-everywhere",
    broken: instead(/&& \(.*\)/, ""),
    tests: ["test/core/engine/block-checks.test.ts"],
  },
  {
    name: "hold a block against somebody who has left the conversation",
    tag: "block-the-conversation",
    broken: instead(/\[.*\)/, "message.conversationId === route.conversationId"),
    tests: ["test/core/engine/block-checks.test.ts"],
  },
  {
    name: "give partitions to others while a process that stops still has what it owns of them",
    tag: "release-while-stopping",
    broken: onlyIf("epoch.isOver"),
    tests: ["test/core/engine/engine.test.ts"],
  },
  {
    name: "say nothing when others have taken this process for dead",
    tag: "fenced-in-silence",
    broken: dropped,
    tests: ["test/core/engine/journal.test.ts"],
  },
  {
    name: "say nothing when nothing is sent for want of storage",
    tag: "lease-lost-in-silence",
    broken: dropped,
    tests: ["test/core/engine/journal.test.ts"],
  },
  {
    name: "say nothing of what a dead process had in hand",
    tag: "recover-in-silence",
    broken: dropped,
    tests: ["test/core/engine/journal.test.ts"],
  },
  {
    name: "say nothing of what was written late",
    tag: "delay-in-silence",
    broken: onlyIf("false as boolean"),
    tests: ["test/core/engine/journal.test.ts"],
  },
  {
    name: "let a message end unsent and say nothing",
    tag: "end-in-silence",
    broken: dropped,
    tests: ["test/core/engine/journal.test.ts"],
  },
  {
    name: "say nothing when the database is lost",
    tag: "lose-database-in-silence",
    broken: dropped,
    tests: ["test/adapters/postgres/outage.test.ts"],
  },
];
