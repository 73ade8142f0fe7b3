/** Seeds that have found a fault, each kept with what was wrong. */
export const FOUND: readonly { readonly seed: number; readonly what: string }[] = [
  { seed: 32, what: "a claim caught a message on its way back, and nobody had it in hand" },
  { seed: 558, what: "a claim caught a message on its way back, and nobody had it in hand" },
  { seed: 1125, what: "a claim caught a message on its way back, and nobody had it in hand" },
  { seed: 1195, what: "a claim caught a message on its way back, and nobody had it in hand" },
];
