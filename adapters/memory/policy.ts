import type { HookAddress } from "#core/domain/policy.ts";
import type { AskedText, Policy, PolicyAnswer } from "#core/ports/policy.ts";
import type { Timer } from "#core/ports/timer.ts";

/** How the policy answers: null never does. */
export interface ScriptedAnswer {
  readonly answer: PolicyAnswer | null;
  readonly afterMs?: number;
}

export interface MemoryPolicy extends Policy {
  /** What it was asked about, in the order of the questions. */
  asked(): readonly AskedText[];
  /** Where it was asked, in the same order. */
  hooks(): readonly HookAddress[];
  /** The most questions that it had at once. */
  askedAtOnce(): number;
}

/** A policy that answers as it is told to. */
export const memoryPolicy = (timer: Timer, answerOf: (text: AskedText) => ScriptedAnswer): MemoryPolicy => {
  const asked: AskedText[] = [];
  const hooks: HookAddress[] = [];
  let open = 0;
  let most = 0;
  return {
    ask: (text, hook) => {
      hooks.push(hook);
      asked.push(text);
      open += 1;
      most = Math.max(most, open);
      const { answer, afterMs = 0 } = answerOf(text);
      return new Promise((resolve) => {
        if (answer === null) return;
        timer.after(afterMs, () => {
          open -= 1;
          resolve(answer);
        });
      });
    },
    asked: () => asked,
    hooks: () => hooks,
    askedAtOnce: () => most,
  };
};
