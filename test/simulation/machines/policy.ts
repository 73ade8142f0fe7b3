import type { AskedText, Policy, PolicyAnswer } from "#core/ports/policy.ts";
import { ANSWER } from "#test/simulation/people/auto-responders.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import type { Asking } from "#test/simulation/truth/asks.ts";
import type { ProcessBody } from "./process.ts";

/** One policy for all processes: it says the same of a text whenever it is asked, but late at times, or never. */
export type PolicyServer = (process: Pick<ProcessBody, "name" | "arrival">) => Policy;

export interface PolicySurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** The real number of whoever wrote it, which no policy is told. */
  writerOf(text: AskedText): string | null;
  /** The policy is asked. */
  asked(text: AskedText): Asking;
  say(line: string): void;
}

export const createPolicyServer = ({
  scheduler,
  random,
  writerOf,
  asked,
  say,
}: PolicySurroundings): PolicyServer => {
  const held = new Set<string>();

  const answerOnce = (text: AskedText): PolicyAnswer => {
    if (held.has(text.key) || !random.chance(0.1)) return answerTo(text.text, writerOf(text));
    held.add(text.key);
    return { kind: "hold", untilMs: SETTINGS.epoch + scheduler.now() + random.int(0, 4_000) };
  };

  return ({ name, arrival }) => ({
    ask: (text, _, timeoutMs) =>
      new Promise((resolve, reject) => {
        const asking = asked(text);
        const answerIn = (ms: number): void => {
          const answer = answerOnce(text);
          scheduler.after(ms, () => {
            say(`the policy tells ${name}: ${answer.kind}`);
            asking.sent(answer);
            arrival(() => {
              asking.delivered();
              resolve(answer);
            });
          });
        };
        const talkNonsenseIn = (ms: number): void => {
          scheduler.after(ms, () => {
            asking.failed();
            arrival(() => resolve(random.pick(NONSENSE)));
          });
        };
        const dieIn = (ms: number): void => {
          scheduler.after(ms, () => {
            asking.failed();
            arrival(() => reject(new Error("The policy has died")));
          });
        };
        const luck = random.next();
        if (luck < 0.7) answerIn(random.int(1, Math.min(400, timeoutMs)));
        else if (luck < 0.82) answerIn(timeoutMs + random.int(1, 1_500));
        else if (luck < 0.87) dieIn(random.int(1, 300));
        else if (luck < 0.92) talkNonsenseIn(random.int(1, 300));
        else dieIn(timeoutMs + random.int(1, 50));
      }),
  });
};

const NONSENSE: readonly PolicyAnswer[] = [
  { kind: "none", why: "unreadable" },
  { kind: "none", why: "refused" },
  { kind: "rewrite", text: "too long ".repeat(500) },
  { kind: "hold", untilMs: Number.NaN },
];

/** What it makes of these words; at times it tells on whoever wrote them. Machines must be let be, so that others stop them. */
const answerTo = (words: string, writer: string | null): PolicyAnswer => {
  if (words.startsWith(ANSWER)) return { kind: "relay" };
  const sum = [...words].reduce((total, letter) => total + letter.codePointAt(0)!, 0);
  const kind = sum % 5;
  if (kind === 0) return { kind: "block", reason: "not-here" };
  // A reaction is one word for word.
  if (words.startsWith("Liked")) return { kind: "relay" };
  if (kind === 1) return { kind: "rewrite", text: `${words} (seen)` };
  if (sum % 10 === 2 && writer !== null) return { kind: "rewrite", text: `${words} (of +${writer})` };
  return { kind: "relay" };
};
