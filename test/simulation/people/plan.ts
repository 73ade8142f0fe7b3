import type { Random } from "#test/simulation/random.ts";
import type { Step, StepKind } from "./step.ts";

export interface PlanOptions {
  readonly steps: number;
  readonly people: number;
  readonly processes: number;
  readonly numbers: number;
}

const WEIGHTS: readonly (readonly [StepKind, number])[] = [
  ["open", 14],
  ["text", 45],
  ["leak", 2],
  ["late", 5],
  ["react", 4],
  ["machines", 1],
  ["stranger", 2],
  ["close", 6],
  ["swap", 5],
  ["app", 3],
  ["command", 3],
  ["carrier-stop", 1],
  ["kill", 3],
  ["stop", 2],
  ["freeze", 2],
  ["cut", 3],
  ["mute", 1],
  ["smsc-away", 1],
  ["throttle", 2],
  ["lose-answers", 2],
  ["lose-store", 2],
  ["store-away", 1],
  ["flaky-store", 2],
  ["slow-store", 1],
  ["clock", 1],
];

const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

/** A day in the life of the people and the machines, all of it from the seed. */
export const makePlan = (random: Random, options: PlanOptions): readonly Step[] => {
  const steps: Step[] = [];
  let at = 0;
  for (let id = 0; id < options.steps; id += 1) {
    at += pause(random);
    steps.push({ id, at, ...draw(id < 3 ? "open" : drawKind(random), random, options) });
  }
  return steps;
};

/** Mostly things happen at once, or one after another; now and then it is quiet for so long that quarantines end. */
const pause = (random: Random): number => {
  if (random.chance(0.6)) return random.int(0, 60);
  return random.chance(0.05) ? random.int(10_000, 40_000) : random.int(100, 2_500);
};

const drawKind = (random: Random): StepKind => {
  let at = random.int(1, TOTAL);
  for (const [kind, weight] of WEIGHTS) {
    at -= weight;
    if (at <= 0) return kind;
  }
  return "text";
};

type Drawn = Step extends infer S ? (S extends { at: number } ? Omit<S, "id" | "at"> : never) : never;

const MACHINES = 0.25;

const draw = (kind: StepKind, random: Random, { people, processes, numbers }: PlanOptions): Drawn => {
  const which = random.int(0, 1_000);
  const side = random.int(0, 1) as 0 | 1;
  const process = random.int(0, processes - 1);
  const forMs = random.int(200, 12_000);
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
      return { kind, which, side, style: random.pick(STYLES) };
    case "leak":
    case "late":
    case "react":
      return { kind, which, side };
    case "machines":
      // Their texts are many: most worlds have none.
      return random.chance(MACHINES) ? { kind, which } : { kind: "app", which };
    case "stranger":
      return { kind, who: random.int(0, people - 1), number: random.int(0, numbers - 1) };
    case "swap":
      return { kind, which, side, who: random.int(0, people - 1) };
    case "close":
    case "app":
      return { kind, which };
    case "command":
      return {
        kind,
        which,
        side,
        word: random.pick(["STOP", "STOPALL", "START", "HELP", "CANCEL", "THIS", "BLOCK", "UNBLOCK"]),
      };
    case "carrier-stop":
      return { kind, who: random.int(0, people - 1), forMs: random.int(2_000, 40_000) };
    case "kill":
    case "stop":
      return { kind, process, againMs: random.int(100, 15_000) };
    case "cut":
    case "mute":
      return { kind, link: which, forMs };
    case "clock":
      return { kind, process, ms: random.int(-2_000, 2_000) };
    case "freeze":
    case "slow-store":
    case "lose-store":
      return { kind, process, forMs: random.chance(0.3) ? 18_000 : forMs };
    default:
      return { kind, forMs };
  }
};

const STYLES = [
  "short",
  "short",
  "short",
  "short",
  "emoji",
  "same",
  "long",
  "long",
  "holed",
  "echoed",
] as const;
