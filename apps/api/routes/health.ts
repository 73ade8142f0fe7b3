import { type Answer, ok } from "#apps/api/answers.ts";
import type { ApiPorts } from "#apps/api/context.ts";
import { unavailable } from "#apps/api/problems.ts";

/** Who asks whether we are ready has no patience; a database that needs longer (milliseconds) is not ready either. */
const PING_MAX_MS = 2_000;

/** Whether the process lives, and whether it can do its work. Both are for machines that hold no key. */
export interface Health {
  alive(): Answer;
  ready(): Promise<Answer>;
}

/** A process that sends is ready when the database answers and a link is up; one that does not, without a link. */
export const health = ({ storage, links }: Pick<ApiPorts, "storage" | "links">): Health => ({
  alive: () => ok({ status: "alive" }),
  ready: async () => {
    if (!(await withinTime(storage.ping()))) return unavailable("The database does not answer");
    const up = links.filter((link) => link.status().state === "up").length;
    if (links.length > 0 && up === 0) return unavailable("No carrier link is up");
    return ok({ status: "ready", database: "up", links: up });
  },
});

const withinTime = async (answer: Promise<boolean>): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), PING_MAX_MS);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
};
