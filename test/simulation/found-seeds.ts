/** Seeds that have found a fault, each kept with what was wrong. */
export const FOUND: readonly { readonly seed: number; readonly what: string }[] = [
  { seed: 558, what: "a claim caught a message on its way back, and nobody had it in hand" },
  { seed: 431, what: "a text that was refused and taken elsewhere was written under another name" },
  { seed: 483, what: "a text whose link went while it had no name was written, and came again" },
  { seed: 22829, what: "a claim brought messages of partitions that had been handed over" },
  {
    seed: 374394201,
    what: "a heartbeat answered late had partitions handed over that had been given up, and messages were forgotten in them",
  },
  { seed: 101579, what: "a text was in doubt because another link had something in doubt at the same time" },
  { seed: 27743, what: "a hand-over outlived the dispatcher that was asked for it" },
];
