import { dropped, followedBy, instead, type Mutation, onlyIf, onlyIfAlso } from "./mutation.ts";

/** Breakages of the SMPP session and of what stands between it and the core. */
export const SMPP_MUTATIONS: readonly Mutation[] = [
  {
    name: "answer a deliver_sm at once",
    tag: "answer-at-once",
    broken: followedBy("context.answer(delivery, STATUS.ok);"),
  },
  {
    name: "drop a text that cannot be taken now",
    tag: "drop-unavailable",
    broken: instead(/unavailable: \w+/, "unavailable: 0x0b"),
  },
  {
    name: "drop a text that comes too fast",
    tag: "drop-too-fast",
    broken: instead(/settings\.profile\.tryAgain\.overloaded/, "0x15"),
  },
  {
    name: "forget what may be delivered again after a cut",
    tag: "forget-unconfirmed",
    broken: instead(/\.\.\.\w+, /, ""),
    tests: ["test/adapters/smpp/connection.test.ts"],
  },
  {
    name: "name every delivery anew",
    tag: "name-each-delivery-anew",
    broken: instead(
      /^.*$/,
      "return { fingerprint: fingerprint + String(Math.random()).slice(2, 9), ordinal: 0 };",
    ),
  },
  {
    name: "take two texts of the same words for one",
    tag: "merge-equal-texts",
    broken: instead(/"settled"/, '"unconfirmed"'),
    tests: ["test/adapters/smpp"],
  },
  {
    name: "write anew what was refused and taken elsewhere",
    tag: "write-after-late-refusal",
    broken: onlyIf("false"),
    tests: ["test/adapters/smpp"],
  },
  {
    name: "hold for one's own what another process wrote under a key that was offered here first",
    tag: "keep-anothers-key",
    broken: dropped,
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "forget that a redelivery was being recognised when it is put off",
    tag: "forget-half-resolved",
    broken: dropped,
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "leave the name of a text that was put off unwritten and accepted when it came again",
    tag: "leave-named",
    broken: instead(/ \|\| result === "accepted"/, ""),
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "forget the others of equal texts that may come again once another process has recognised one",
    tag: "suspect-one-alone",
    broken: instead(/= .*;/, "= null as UnconfirmedKey | null;"),
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "take a redelivery for acknowledged whatever became of its process",
    tag: "forget-second-answer",
    broken: instead(/resolved\?\.at \?\? /, ""),
    tests: ["test/core/redelivery.test.ts"],
  },
  {
    name: "recognise a redelivery once, whatever becomes of the process that did",
    tag: "recognise-once-for-ever",
    broken: instead(/= .*;/, "= false as boolean;"),
    tests: ["test/adapters/memory/link-reports.test.ts"],
  },
  {
    name: "name a text as unconfirmed although a later redelivery of it was acknowledged",
    tag: "name-what-was-acknowledged",
    broken: instead(/pending.delivery.receivedAt > .*key\)\)/, "true)"),
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "forget who died having recognised it when what was put off comes again",
    tag: "recognise-once-for-all",
    broken: instead(/= .*;/, "= null;"),
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "hear a name of what another process has recognised since",
    tag: "name-too-late",
    broken: onlyIf("false"),
    tests: ["test/adapters/memory/link-reports.test.ts"],
  },
  {
    name: "lose what was in flight when the link went",
    tag: "lose-in-flight",
    broken: dropped,
  },
  {
    name: "never give up an unanswered submit_sm",
    tag: "never-expire-submits",
    broken: instead(/> now/, "> 0"),
  },
  {
    name: "match answers by their order",
    tag: "answer-by-order",
    broken: (line) =>
      line.replace(
        /remove\((\w+)\);/,
        "const oldest = inFlight.first();\nremove(oldest);\nif (oldest) return oldest;",
      ),
  },
  {
    name: "give every part of a text the same place",
    tag: "same-part-index",
    broken: instead(/part - before \+ 1\)/, "1)"),
  },
  {
    name: "read receipts' ids as they stand",
    tag: "ids-as-they-stand",
    broken: onlyIfAlso("false"),
  },
  {
    name: "take a receipt for a text",
    tag: "receipt-is-a-text",
    broken: instead(/\w+ === RECEIPT \|\| /, ""),
  },
  {
    name: "call a throttled text refused for good",
    tag: "throttled-for-good",
    broken: instead(/"throttled"/, '"permanent"'),
    tests: ["test/adapters/smpp"],
  },
  {
    name: "never come back after a cut",
    tag: "never-reconnect",
    broken: instead(/= .*;/, "= () => {};"),
  },
  {
    name: "take an older, equal text for the one whose answer was lost",
    tag: "any-text-of-the-key",
    broken: instead(/\w+\.includes\(at\)/, "unconfirmedAt.length > 0"),
    tests: ["test/core/engine/classify-redelivery.test.ts"],
  },
  {
    name: "take a process for dead that was as far from storage as we were",
    tag: "dead-for-an-outage",
    broken: instead(/Math\.max\(0, ageMs - gap\.ms\)/, "ageMs"),
    tests: ["test/core/redelivery.test.ts"],
  },
  {
    name: "relay data that is for a program",
    tag: "relay-program-data",
    broken: dropped,
    tests: ["test/adapters/smpp/program-data.test.ts"],
  },
  {
    name: "read a national sender as it stands",
    tag: "national-sender",
    broken: instead(/toInternational\(.*\)/, "null"),
    tests: ["test/adapters/smpp/inbound-message.test.ts"],
  },
  {
    name: "leave what is in flight without its answers when one shows a fault",
    tag: "close-at-nack",
    broken: instead(/\{ faultDrainMs \} = .*;/, "faultDrainMs = 0;"),
    tests: ["test/adapters/smpp/session.test.ts"],
  },
  {
    name: "recognise one redelivery in every process to which an equal text comes",
    tag: "recognise-everywhere",
    broken: instead(/await .*;/, "true as boolean | null;"),
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "take what looks like a receipt for one of a message that was never sent",
    tag: "receipt-of-anybody",
    broken: onlyIf("true"),
    tests: ["test/adapters/smpp/deliver-sm-handler.test.ts"],
  },
  {
    name: "say nothing of a bind that the carrier refuses",
    tag: "bind-refused-in-silence",
    broken: (line) => line.replace(/journal.*$/, "void fact;"),
    tests: ["test/adapters/smpp/bind-journal.test.ts"],
  },
  {
    name: "say nothing of a link that is lost",
    tag: "link-down-in-silence",
    broken: (line) => line.replace(/journal.*$/, "void fact;"),
    tests: ["test/adapters/smpp/bind-journal.test.ts"],
  },
];
