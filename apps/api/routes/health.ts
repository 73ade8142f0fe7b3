import { type Answer, ok } from "#apps/api/answers.ts";
import { unavailable } from "#apps/api/problems.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import type { Readiness } from "#core/use-cases/check-readiness.ts";

/** Whoever asks for readiness has no patience; a database that needs longer (milliseconds) is not ready either. */
const CHECK_MAX_MS = 2_000;

/** Whether the process lives, and whether it can do its work. Both are for machines that hold no key. */
export interface Health {
  alive(): Answer;
  ready(): Promise<Answer>;
}

export const health = ({ checkReadiness }: Pick<ApiUseCases, "checkReadiness">): Health => ({
  alive: () => ok({ status: "alive" }),
  ready: async () => {
    const readiness = await withinTime(checkReadiness());
    switch (readiness.kind) {
      case "ready":
        return ok({ status: "ready", database: "up", links: readiness.linksUp });
      case "no-database":
        return unavailable("The database does not answer");
      case "no-link":
        return unavailable("No carrier link is up");
    }
  },
});

const withinTime = async (answer: Promise<Readiness>): Promise<Readiness> => {
  const late = Promise.withResolvers<Readiness>();
  const timer = setTimeout(() => late.resolve({ kind: "no-database" }), CHECK_MAX_MS);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
};
