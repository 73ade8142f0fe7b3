import type { Random } from "./random.ts";

/** What happens in a world, one thing after another. `who`, `which` are drawn when the plan is made and mean the same in every run. */
export type Step = { readonly at: number } & (
  | {
      readonly kind: "open";
      readonly a: number;
      readonly b: number;
      readonly ttlMs: number | null;
      readonly idleTtlMs: number | null;
      readonly sticky: boolean;
    }
  | { readonly kind: "text"; readonly which: number; readonly side: 0 | 1; readonly style: TextStyle }
  /** Somebody texts in a thread that has ended. */
  | { readonly kind: "late"; readonly which: number; readonly side: 0 | 1 }
  | { readonly kind: "stranger"; readonly who: number; readonly number: number }
  | { readonly kind: "close"; readonly which: number }
  | { readonly kind: "swap"; readonly which: number; readonly side: 0 | 1; readonly who: number }
  | { readonly kind: "app"; readonly which: number }
  | { readonly kind: "command"; readonly which: number; readonly side: 0 | 1; readonly word: string }
  | { readonly kind: "kill"; readonly process: number; readonly againMs: number }
  | { readonly kind: "stop"; readonly process: number; readonly againMs: number }
  | { readonly kind: "cut"; readonly link: number; readonly forMs: number }
  | { readonly kind: "smsc-away"; readonly forMs: number }
  | { readonly kind: "throttle"; readonly forMs: number }
  | { readonly kind: "lose-answers"; readonly forMs: number }
  | { readonly kind: "lose-store"; readonly process: number; readonly forMs: number }
  | { readonly kind: "store-away"; readonly forMs: number }
  | { readonly kind: "flaky-store"; readonly forMs: number }
  | { readonly kind: "clock"; readonly process: number; readonly ms: number }
);

/** `same`: the same words twice. `long`: in parts. `holed`: in parts, one of which never comes. */
export type TextStyle = "short" | "same" | "long" | "holed";

export interface PlanOptions {
  readonly steps: number;
  readonly people: number;
  readonly processes: number;
  readonly numbers: number;
}

const WEIGHTS: readonly (readonly [Step["kind"], number])[] = [
  ["open", 14],
  ["text", 45],
  ["late", 5],
  ["stranger", 2],
  ["close", 6],
  ["swap", 5],
  ["app", 3],
  ["command", 2],
  ["kill", 3],
  ["stop", 2],
  ["cut", 3],
  ["smsc-away", 1],
  ["throttle", 2],
  ["lose-answers", 2],
  ["lose-store", 2],
  ["store-away", 1],
  ["flaky-store", 2],
  ["clock", 1],
];

const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

/** A day in the life of the people and the machines, all of it from the seed. */
export const makePlan = (random: Random, options: PlanOptions): readonly Step[] => {
  const steps: Step[] = [];
  let at = 0;
  for (let i = 0; i < options.steps; i += 1) {
    at += random.chance(0.6) ? random.int(0, 60) : random.int(100, 3_500);
    steps.push({ at, ...draw(i < 3 ? "open" : drawKind(random), random, options) });
  }
  return steps;
};

const drawKind = (random: Random): Step["kind"] => {
  let at = random.int(1, TOTAL);
  for (const [kind, weight] of WEIGHTS) {
    at -= weight;
    if (at <= 0) return kind;
  }
  return "text";
};

type Drawn = Step extends infer S ? (S extends { at: number } ? Omit<S, "at"> : never) : never;

const draw = (kind: Step["kind"], random: Random, { people, processes, numbers }: PlanOptions): Drawn => {
  const which = random.int(0, 1_000);
  const side = random.int(0, 1) as 0 | 1;
  const process = random.int(0, processes - 1);
  const forMs = random.int(200, 15_000);
  switch (kind) {
    case "open": {
      const a = random.int(0, people - 1);
      return {
        kind,
        a,
        b: (a + random.int(1, people - 1)) % people,
        ttlMs: random.chance(0.15) ? random.int(2_000, 40_000) : null,
        idleTtlMs: random.chance(0.15) ? random.int(3_000, 30_000) : null,
        sticky: random.chance(0.8),
      };
    }
    case "text":
      return {
        kind,
        which,
        side,
        style: random.pick(["short", "short", "short", "short", "same", "long", "long", "holed"]),
      };
    case "late":
      return { kind, which, side };
    case "stranger":
      return { kind, who: random.int(0, people - 1), number: random.int(0, numbers - 1) };
    case "swap":
      return { kind, which, side, who: random.int(0, people - 1) };
    case "close":
    case "app":
      return { kind, which };
    case "command":
      return { kind, which, side, word: random.pick(["STOP", "START", "HELP", "BLOCK"]) };
    case "kill":
    case "stop":
      return { kind, process, againMs: random.int(100, 20_000) };
    case "cut":
      return { kind, link: random.int(0, 9), forMs };
    case "clock":
      return { kind, process, ms: random.int(-2_000, 2_000) };
    case "lose-store":
      return { kind, process, forMs: random.chance(0.2) ? 20_000 : forMs };
    default:
      return { kind, forMs };
  }
};
