import type { Mutation } from "./mutation.ts";

/** Breakages of the SMPP session and of what stands between it and the core. */
export const SMPP_MUTATIONS: readonly Mutation[] = [
  {
    name: "answer a deliver_sm at once",
    file: "adapters/smpp/delivery/deliver-sm-handler.ts",
    find: "      inTime.add(each);\n",
    replace: "      inTime.add(each);\n      context.answer(delivery, STATUS.ok);\n",
  },
  {
    name: "drop a text that cannot be taken now",
    file: "adapters/smpp/delivery/inbound.ts",
    find: "unavailable: TRY_AGAIN.systemError,",
    replace: "unavailable: STATUS.invalidDestination,",
  },
  {
    name: "drop a text that comes too fast",
    file: "adapters/smpp/session/received-pdus.ts",
    find: `answerMessage("deliver_sm_resp", sequence, STATUS.throttled)`,
    replace: `answerMessage("deliver_sm_resp", sequence, STATUS.queueFull + 1)`,
  },
  {
    name: "forget what may be delivered again after a cut",
    file: "adapters/smpp/session/connection.ts",
    find: "const suspects = [...unconfirmed, ...waiting];",
    replace: "const suspects = waiting;",
  },
  {
    name: "name every delivery anew",
    file: "adapters/smpp/delivery/redelivery.ts",
    find: "if (once.add(print) && sayings.get(print) === undefined) return { print, place: 0 };",
    replace: "return { print: print + String(Math.random()).slice(2, 9), place: 0 };",
  },
  {
    name: "take two texts of the same words for one",
    file: "adapters/smpp/delivery/deliver-sm-handler.ts",
    find: '(again.isOwn(sayings[i]!) ? "settled" : state)',
    replace: '(again.isOwn(sayings[i]!) ? "unconfirmed" : state)',
    tests: ["test/adapters/vonage-smpp"],
  },
  {
    name: "write anew what was refused and taken elsewhere",
    file: "adapters/smpp/delivery/deliver-sm-handler.ts",
    find: 'else if (each.isLate) conclude(each, "unavailable");',
    replace: "",
    tests: ["test/adapters/vonage-smpp"],
  },
  {
    name: "lose what was in flight when the link went",
    file: "adapters/smpp/session/ending.ts",
    find: "for (const { context } of lost) output.answered(context, LOST);",
    replace: "",
  },
  {
    name: "never give up an unanswered submit_sm",
    file: "adapters/smpp/session/timers.ts",
    find: "if (session.window.nextDeadline() > now) return [];",
    replace: "if (session.window.nextDeadline() > 0) return [];",
  },
  {
    name: "match answers by their order",
    file: "adapters/smpp/session/window.ts",
    find: "      remove(request);\n      return request;",
    replace: "      const oldest = inFlight.first()!;\n      remove(oldest);\n      return oldest;",
  },
  {
    name: "give every part of a text the same place",
    file: "adapters/smpp/delivery/submit-sm.ts",
    find: "concatenationHeader(reference, segments.length, part + 1)",
    replace: "concatenationHeader(reference, segments.length, 1)",
  },
  {
    name: "read receipts' ids as they stand",
    file: "adapters/smpp/delivery/carrier-ids.ts",
    find: 'if (form === "hex-dec" &&',
    replace: 'if (form === ("never" as string) &&',
  },
  {
    name: "take a receipt for a text",
    file: "adapters/smpp/text/receipt-text.ts",
    find: "return type === RECEIPT || type === INTERMEDIATE;",
    replace: "return type === INTERMEDIATE;",
  },
  {
    name: "call a throttled text refused for good",
    file: "adapters/smpp/delivery/outcomes.ts",
    find: '...throttled.map((status) => [status, "throttled"] as const),',
    replace: '...throttled.map((status) => [status, "permanent"] as const),',
    tests: ["test/adapters/vonage-smpp"],
  },
  {
    name: "never come back after a cut",
    file: "adapters/smpp/session/connection.ts",
    find: "cancelWait = world.after(next.delayMs, open);",
    replace: "cancelWait = () => {};",
  },
];
