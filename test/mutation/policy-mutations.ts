import { dropped, instead, type Mutation, onlyIfAlso } from "./mutation.ts";

/** Breakages of what becomes of texts that a policy sees first. */
export const POLICY_MUTATIONS: readonly Mutation[] = [
  {
    name: "relay what the policy should have been asked about",
    tag: "relay-unasked",
    broken: dropped,
  },
  {
    name: "relay what nobody has ruled on, where that is to be refused",
    tag: "relay-what-silence-blocks",
    broken: instead(/=== "block"/, '=== ("never" as string)'),
  },
  {
    name: "refuse what nobody has ruled on, where that is to be relayed",
    tag: "fail-closed",
    broken: instead(/=== "block"/, '!== ("never" as string)'),
  },
  {
    name: "heed an answer that comes after its time",
    tag: "wait-for-late-answers",
    broken: dropped,
  },
  {
    name: "relay what the policy refuses",
    tag: "relay-what-policy-blocks",
    broken: instead(/\{.*\}/, '{ kind: "relay" }'),
  },
  {
    name: "show the number of one of the two in what the policy has rewritten",
    tag: "show-number-in-rewrite",
    broken: dropped,
  },
  {
    name: "relay what the policy holds back",
    tag: "relay-what-policy-holds",
    broken: instead(/hold\(.*\)/, 'conclude(question, { kind: "relay" })'),
  },
  {
    name: "let a policy hold back whatever it likes",
    tag: "hold-without-limit",
    broken: instead(/= .*;/, "= false;"),
    tests: ["test/core/engine/asker.test.ts"],
  },
  {
    name: "send texts to hooks that anybody can listen to on the way",
    tag: "texts-over-http",
    broken: instead(/\^https:\|/, "^https?:|"),
    tests: ["test/adapters/standard-webhooks/hooks.test.ts"],
  },
  {
    name: "ask nobody about what reaches nobody",
    tag: "never-offer",
    broken: onlyIfAlso("false"),
    tests: ["test/core/engine/out-of-session.test.ts"],
  },
  {
    name: "ask about every text of a stranger who writes on and on",
    tag: "offer-without-limit",
    broken: dropped,
    tests: ["test/core/engine/out-of-session.test.ts"],
  },
  {
    name: "tell of every text of somebody who reaches nobody again and again",
    tag: "tell-of-each-stranger",
    broken: dropped,
    tests: ["test/core/engine/out-of-session.test.ts"],
  },
  {
    name: "take no notice of who texts nobody again and again",
    tag: "count-no-strangers",
    broken: instead(/(= ).*;/, "context.strangers && null;"),
    tests: ["test/core/engine/out-of-session.test.ts"],
  },
  {
    name: "relay what was typed although the policy has rewritten it",
    tag: "relay-as-typed",
    broken: instead(/=== "rewrite"/, '=== ("never" as string)'),
  },
  {
    name: "forget what a process was asking about that is gone",
    tag: "forget-asks-of-the-dead",
    broken: dropped,
  },
  {
    name: "ask about a text before an earlier one of its conversation",
    tag: "ask-out-of-turn",
    broken: instead(/asks\.reduce\(.*\)\)/, "asks.at(-1)!)"),
  },
];
