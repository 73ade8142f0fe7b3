import { dropped, instead, type Mutation, onlyIf, onlyIfAlso } from "./mutation.ts";

/** Breakages of decisions: who hears what from whom. */
export const CORE_MUTATIONS: readonly Mutation[] = [
  {
    name: "forget the quarantine",
    tag: "forget-quarantine",
    broken: instead(/\(.*\)/, "true"),
  },
  {
    name: "give away pairs that are in use",
    tag: "give-away-used-pair",
    broken: dropped,
  },
  {
    name: "call the pool exhausted although numbers are free",
    tag: "exhausted-although-free",
    broken: instead(/(if \(\w+) && .*\)(?= continue)/, ")"),
  },
  {
    name: "send from the number that was texted",
    tag: "send-from-texted-number",
    broken: instead(/\w+,$/, "virtualNumber,"),
  },
  {
    name: "send a text back to its sender",
    tag: "send-back-to-sender",
    broken: instead(/\w+,$/, "sender,"),
  },
  {
    name: "show the sender's real number",
    tag: "show-real-number",
    broken: (line) => line.replace(/(\w+)\.text,/, "[$1.from, $1.text].join(': '),"),
  },
  {
    name: "relay what is texted after the end",
    tag: "relay-after-end",
    broken: onlyIfAlso("route.quarantinedUntil === null"),
  },
  {
    name: "relay what is texted after the time of a conversation",
    tag: "relay-after-expiry",
    broken: instead(/\w+\)$/, "0)"),
  },
  {
    name: "relay to those who want no texts",
    tag: "relay-to-opted-out",
    broken: (line) => line.replace(/if \((.*?)\)/, "if ($1 === 'pair-block')"),
  },
  {
    name: "relay past a block",
    tag: "relay-past-block",
    broken: (line) => line.replace(/if \((.*?)\)/, "if ($1 === 'opt-out')"),
  },
  {
    name: "take who writes from another form of his number for a stranger",
    tag: "stranger-in-other-spelling",
    broken: instead(/handsetOrAddress\((\w+\.\w+)\)/, ""),
  },
  {
    name: "keep people of a territory to numbers of its own",
    tag: "own-country-alone",
    broken: instead(/planCountriesOf\(participant\.country\)/, "[participant.country]"),
    tests: ["test/core/number-pool.test.ts"],
  },
  {
    name: "let the platform's texts show a number as it is written at home",
    tag: "international-form-alone",
    broken: instead(/\w+\(number\)\.forms/, "[number]"),
    tests: ["test/core/shown-number.test.ts"],
  },
  {
    name: "keep people under the form in which the carrier's lookup writes their numbers",
    tag: "keep-other-spelling",
    broken: instead(/handsetOf\((\w+\.\w+)\)/, ""),
    tests: ["test/core/use-cases/look-up-participant.test.ts"],
  },
  {
    name: "take STOP for a text",
    tag: "stop-is-a-text",
    broken: instead(/(= ).*;/, "null as ReturnType<typeof commandOf>;"),
  },
  {
    name: "send what there is nothing to read in",
    tag: "send-nothing",
    broken: instead(/(return ).*;/, "null;"),
    tests: ["test/core/inbound-decision.test.ts"],
  },
  {
    name: "pass a picture without words on as an empty text",
    tag: "media-is-empty",
    broken: dropped,
    tests: ["test/core/inbound-decision.test.ts"],
  },
  {
    name: "tell the other one what one was told alone",
    tag: "repeat-what-one-was-told",
    broken: instead(/(if \().*(?=\) return)/, "!reaction || told"),
    tests: ["test/core/inbound-decision.test.ts"],
  },
  {
    name: "swallow START of somebody who gets texts",
    tag: "start-swallowed",
    broken: instead(/(isOptedOut: ).*,/, "true,"),
  },
  {
    name: "lift a block for somebody who has not said it",
    tag: "unblock-for-ever",
    broken: instead(/(hasBlocked: ).*,/, "true,"),
  },
  {
    name: "confirm every STOP, however many come",
    tag: "confirm-each-stop",
    broken: instead(/&& confirmedAt .*;/, "&& false;"),
    tests: ["test/core/inbound-decision.test.ts"],
  },
  {
    name: "swap the routes of a conversation",
    tag: "swap-routes",
    broken: instead(/(\w+: )\w+/, "recipient"),
  },
  {
    name: "call a text delivered when one of its parts is",
    tag: "delivered-by-one-part",
    broken: instead(/(if \()\w+\.length < \w+\.length \|\| /, ""),
  },
  {
    name: "call a text delivered of which a part has failed",
    tag: "delivered-despite-failed-part",
    broken: onlyIfAlso("parts.length === 1"),
  },
  {
    name: "let anything but a delivery pass for one",
    tag: "delivered-whatever-came",
    broken: instead(/state: .*?, failure: [^,]*/, "state: 'delivered', failure: null"),
  },
  {
    name: "join parts in the order in which they came",
    tag: "join-as-they-come",
    broken: (line) => line.replace(/(\w+)\.set\(\w+,/, "$1.set($1.size + 1,"),
  },
  {
    name: "join a text whose parts have not all come",
    tag: "join-incomplete",
    broken: onlyIf("!isSurplus && text.parts.length < 2"),
  },
  {
    name: "never join what comes in parts",
    tag: "never-join",
    broken: onlyIf("!isSurplus"),
    tests: ["test/core/engine/decide-batch.test.ts"],
  },
  {
    name: "mix the words of two texts of one reference",
    tag: "mix-texts-of-one-reference",
    broken: instead(/(return ).*;$/, "true;"),
  },
  {
    name: "take a part that is repeated for a part of another text",
    tag: "repetition-begins-a-text",
    broken: instead(/(= ).*;$/, "undefined;"),
  },
  {
    name: "take a part that repeats a joined one for a new one",
    tag: "repetition-is-new",
    broken: instead(/(= ).*;$/, "-1;"),
  },
  {
    name: "join parts that came minutes apart",
    tag: "join-minutes-apart",
    broken: instead(/<.*;$/, "< Infinity + withinMs;"),
  },
  {
    name: "relay a repeated part once more",
    tag: "relay-repeated-part",
    broken: onlyIf("parts.length === 0"),
  },
  {
    name: "close a conversation without its quarantine",
    tag: "close-without-quarantine",
    broken: instead(/ \+ .*,$/, ","),
  },
  {
    name: "close as idle what is not",
    tag: "close-what-is-not-idle",
    broken: instead(/(\w+: ).*,$/, "null,"),
  },
  {
    name: "never look for receipts of parts",
    tag: "ignore-part-receipts",
    broken: dropped,
  },
  {
    name: "take people for machines whose texts the carrier brings again and again",
    tag: "count-what-is-known",
    broken: instead(/counter\.duplicate\(\);/, "{ counter.duplicate(); decider.written(write); }"),
    tests: ["test/core/engine/loops.test.ts"],
  },
  {
    name: "see of a loop what comes to one process alone",
    tag: "watch-alone",
    broken: onlyIfAlso("false"),
    tests: ["test/core/engine/loops.test.ts"],
  },
  {
    name: "use a number of another service",
    tag: "use-foreign-number",
    broken: instead(/ \|\| number\.serviceId !== serviceId/, ""),
    tests: ["test/adapters/memory/services.test.ts"],
  },
  {
    name: "hear STOP ALL in one service alone",
    tag: "stop-all-in-one-service",
    broken: instead(/elsewhereForAll\(.*\)/, "null"),
    tests: ["test/adapters/memory/services.test.ts"],
  },
  {
    name: "let the carrier's word replace a STOP ALL of another service, so that any text takes it back",
    tag: "let-carrier-replace-stop-all",
    broken: onlyIf('kind === "stop"'),
    tests: ["test/adapters/memory/services.test.ts"],
  },
  {
    name: "forget what the layer below says in other languages",
    tag: "forget-lower-texts",
    broken: dropped,
    tests: ["test/core/service-rules.test.ts"],
  },
  {
    name: "answer in the usual words although the service has its own",
    tag: "forget-service-texts",
    broken: instead(/rules\.texts\[language\]\?\.\[kind\] \?\? /, ""),
    tests: ["test/core/wishes/notice-language.test.ts"],
  },
  {
    name: "lose count of machines that answer each other in several loops at once",
    tag: "loops-by-turns-alone",
    broken: instead(/= .*;/, "= false as boolean;"),
    tests: ["test/core/machines/ping-pong.test.ts"],
  },
  {
    name: "show a conversation of another service",
    tag: "show-foreign-conversation",
    broken: instead(/found\?\.serviceId === own/, "found"),
    tests: ["test/apps/api/within-service.test.ts"],
  },
  {
    name: "let a key of one service read the events of all",
    tag: "read-foreign-events",
    broken: instead(/\{ \.\.\.query, service \}/, "query"),
    tests: ["test/apps/api/within-service.test.ts"],
  },
  {
    name: "pass on a leak that is to be hidden",
    tag: "pass-on-masked-leaks",
    broken: instead(/(= ).*;/, "own.filter(() => false);"),
  },
  {
    name: "pass on a text that a leak is to stop",
    tag: "pass-on-blocked-leaks",
    broken: instead(/(= ).*;/, "own.find(() => false);"),
  },
  {
    name: "forget the first half of a number when the second comes",
    tag: "forget-split-numbers",
    broken: instead(/(= ).*;/, "[...earlier.slice(earlier.length), text];"),
    tests: ["test/core/leak-guard.test.ts", "test/core/engine/leak-watch.test.ts"],
  },
  {
    name: "hide what only looks like a leak",
    tag: "act-on-likely-leaks",
    broken: instead(/finding\.certainty === "sure" && /, ""),
    tests: ["test/core/leak-guard.test.ts"],
  },
  {
    name: "relay without asking the policy",
    tag: "never-ask",
    broken: dropped,
    tests: ["test/core/engine/asker.test.ts"],
  },
  {
    name: "relay what a silent policy should have seen",
    tag: "fail-open",
    broken: instead(/=== "block"/, '!== "block" && onSilence !== "relay"'),
    tests: ["test/core/engine/asker.test.ts"],
  },
  {
    name: "ask a dead policy more than it can stand",
    tag: "ask-without-limit",
    broken: dropped,
    tests: ["test/core/engine/asker.test.ts"],
  },
  {
    name: "ask about the newest text of a conversation first",
    tag: "ask-newest-first",
    broken: instead(/asks\.reduce\(.*\)\)/, "asks.at(-1)!)"),
    tests: ["test/core/engine/asker.test.ts", "test/adapters/memory"],
  },
  {
    name: "believe what a stranger says of a message before its id is known",
    tag: "forget-claimed-numbers",
    broken: (line) => line.replace("accept({ ...receipt, between })", "accept(receipt)"),
  },
  {
    name: "give an early receipt to a message between other numbers than it names",
    tag: "believe-parked-receipts",
    broken: instead(/^\s*!between \|\|/, "true ||"),
  },
];
