import type { Mutation } from "./mutation.ts";

/** Breakages of what keeps order and loses nothing while processes and links come and go. */
export const MACHINE_MUTATIONS: readonly Mutation[] = [
  {
    name: "acknowledge before the commit",
    file: "core/use-cases/intake.ts",
    find: "lanes.putInbound(lane, { message, joins, done, known: () => done(ifKnown) });",
    replace:
      'lanes.putInbound(lane, { message, joins, done, known: () => done(ifKnown) }); done("accepted" as never);',
  },
  {
    name: "forget what has to be decided again",
    file: "core/use-cases/intake.ts",
    find: "again.push(item ?? { message: inbound, joins, done: () => {}, known: () => {} });",
    replace: 'item?.done("accepted");',
  },
  {
    name: "hold what belongs to other processes",
    file: "core/use-cases/relay.ts",
    find: "membership!.owns(partitionOf(recipientId)) &&",
    replace: "",
  },
  {
    name: "send after the lease has run out",
    file: "core/use-cases/membership.ts",
    find: "holds: () => holds && clock.now() < holdsUntil,",
    replace: "holds: () => true,",
  },
  {
    name: "keep in hand what was recovered by others",
    file: "core/use-cases/membership.ts",
    find: "    holder.dropAll();\n",
    replace: "",
  },
  {
    name: "say that nothing is in hand",
    file: "core/use-cases/membership.ts",
    find: "holder.oldestInHand() ?? ids.next();",
    replace: "ids.next();",
  },
  {
    name: "never give up partitions",
    file: "core/use-cases/membership.ts",
    find: "if (release.length === 0) return;",
    replace: "if (release.length >= 0) return;",
    tests: ["test/core/use-cases"],
  },
  {
    name: "drop the order of a thread",
    file: "core/use-cases/dispatcher.ts",
    find: '    thread.state = "busy";\n    unsettled.set',
    replace: '    thread.state = "busy";\n    thread.items.reverse();\n    unsettled.set',
  },
  {
    name: "send what has been given to another conversation",
    file: "core/use-cases/dispatcher.ts",
    find: "if (item.leaveBefore <= now) {",
    replace: "if (item.attempts > 1_000) {",
    tests: ["test/core/use-cases"],
  },
  {
    name: "send what is too old",
    file: "core/use-cases/dispatcher.ts",
    find: "if (message.expiresAt <= now) {",
    replace: "if (message.expiresAt <= 0) {",
  },
  {
    name: "never send what is retried",
    file: "core/use-cases/dispatcher.ts",
    find: 'if (next.kind === "retry") hand.retreat(thread, next.at);',
    replace: 'if (next.kind === "retry") threads.drop(thread);',
  },
  {
    name: "start every part of a text again from the first",
    file: "core/use-cases/dispatcher.ts",
    find: "const attempt = { partsAccepted: item.partsAccepted,",
    replace: "const attempt = { partsAccepted: 0,",
  },
  {
    name: "leave out the record of what a carrier has taken",
    file: "core/use-cases/dispatcher.ts",
    find: "hand.keep(item, { accepted }, settle);",
    replace: "hand.keep(item, {}, settle);",
  },
  {
    name: "send again what was accepted",
    file: "core/use-cases/dispatcher.ts",
    find: 'if (outcome.kind === "accepted") {\n      if (item.partsAccepted >= total) {',
    replace: 'if (outcome.kind === "accepted") {\n      if (item.partsAccepted > total) {',
  },
  {
    name: "forget a claim whose answer was lost",
    file: "core/use-cases/claiming.ts",
    find: "      lost = true;\n    }\n  };",
    replace: "    }\n  };",
  },
  {
    name: "accept a late receipt after the end",
    file: "adapters/memory/facts.ts",
    find: "if (!message || message.verdict) return;",
    replace: "if (!message) return;",
  },
  {
    name: "forget receipts that come before the answer",
    file: "adapters/memory/facts.ts",
    find: "if (!found) world.parked.add(receipt);",
    replace: "",
  },
  {
    name: "match receipts to whatever was sent last",
    file: "adapters/memory/facts.ts",
    find: "const carrierId = carrierIds.find((id) => world.carrierIds.has(id));",
    replace: "const carrierId = [...world.carrierIds.keys()].at(-1);",
  },
  {
    name: "take the same message twice",
    file: "adapters/memory/intake.ts",
    find: 'if (knownAs !== null) return "duplicate";',
    replace: "",
  },
  {
    name: "write on a route that has changed",
    file: "adapters/memory/intake.ts",
    find: 'if ((route?.version ?? null) !== routeVersion) return "stale";',
    replace: "",
  },
  {
    name: "let a text overtake the queue",
    file: "adapters/memory/intake.ts",
    find: "const held = hold && !hasQueue(world, message.recipientId);",
    replace: "const held = hold;",
  },
  {
    name: "take the writes of the dead",
    file: "adapters/memory/traffic.ts",
    find: 'if (!writer || writer.dead) return { kind: "fenced" };',
    replace: 'if (!writer) return { kind: "fenced" };',
    tests: ["test/adapters/memory"],
  },
  {
    name: "bury a process with what it held",
    file: "adapters/memory/membership.ts",
    find: "for (const message of world.unsent.values()) giveBack(message, row);",
    replace: "",
  },
  {
    name: "claim a thread that is in somebody's hand",
    file: "adapters/memory/queue.ts",
    find: "    seen.add(outbound.recipientId);\n    if (place.state",
    replace: '    if (place.state === "queued") seen.add(outbound.recipientId);\n    if (place.state',
  },
];
