import { type Answer, ok } from "#apps/api/answers.ts";
import { unavailable } from "#apps/api/problems.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import type { Readiness } from "#core/use-cases/check-readiness.ts";

/** Whoever asks for readiness has no patience; a database that needs longer (milliseconds) is not ready either. */
const CHECK_MAX_MS = 2_000;

/** The process lives. For machines that hold no key, as readiness is. */
export const ALIVE = ok({ status: "alive" });

export const readiness =
  ({ checkReadiness }: Pick<ApiUseCases, "checkReadiness">) =>
  async (): Promise<Answer> => {
    const readiness = await withinTime(checkReadiness());
    switch (readiness.kind) {
      case "ready":
        return ok({ status: "ready", database: "up", links: readiness.linksUp });
      case "no-database":
        return unavailable("The database does not answer");
      case "draining":
        return unavailable("This process is ending");
    }
  };

const withinTime = async (answer: Promise<Readiness>): Promise<Readiness> => {
  const late = Promise.withResolvers<Readiness>();
  const timer = setTimeout(() => late.resolve({ kind: "no-database" }), CHECK_MAX_MS);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
};
