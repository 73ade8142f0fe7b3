import { type Answer, ok } from "#apps/api/answers.ts";
import { unavailable } from "#apps/api/problems.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import { readinessAnswer } from "#apps/process/readiness.ts";

/** The process lives. For machines that hold no key, as readiness is. */
export const ALIVE = ok({ status: "alive" });

export const readiness =
  ({ checkReadiness }: Pick<ApiUseCases, "checkReadiness">) =>
  async (): Promise<Answer> => {
    const answer = await readinessAnswer(checkReadiness);
    return answer.isReady ? ok(answer.body) : unavailable(answer.detail);
  };
