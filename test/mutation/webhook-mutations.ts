import { instead, type Mutation, onlyIf } from "./mutation.ts";

const SENDING_TESTS = ["test/core/webhooks"];

/** Breakages of what is sent to applications: no world has one. */
export const WEBHOOK_MUTATIONS: readonly Mutation[] = [
  {
    name: "try to deliver an event for ever",
    tag: "retry-webhooks-for-ever",
    broken: onlyIf("false"),
    tests: SENDING_TESTS,
  },
  {
    name: "take a redirection for a delivery",
    tag: "take-redirections-for-success",
    broken: instead(/status < 300/, "status < 400"),
    tests: SENDING_TESTS,
  },
  {
    name: "deliver the events of a conversation side by side",
    tag: "deliver-conversations-out-of-order",
    broken: instead(/if \(chain\)/, "if (chain && false)"),
    tests: SENDING_TESTS,
  },
];
