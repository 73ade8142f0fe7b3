import type { Readiness } from "#core/use-cases/check-readiness.ts";

/** Whoever asks for readiness has no patience; a database that needs longer (milliseconds) is not ready either. */
const CHECK_MAX_MS = 2_000;

const AWAY: Readiness = { kind: "not-ready", reason: "away" };

const DETAILS = {
  away: "The database does not answer",
  "outdated-schema": "The schema of the database lacks what this version needs",
  "newer-schema": "A later version has taken away from the schema of the database what this version needs",
  "missing-keys": "The database holds values that are sealed with keys which this process lacks",
  draining: "This process is ending",
} as const;

/** What is answered at `/readyz`: a body, or why not, in words. */
export type ReadinessAnswer =
  | { readonly isReady: true; readonly body: object }
  | { readonly isReady: false; readonly detail: string };

export const readinessAnswer = async (check: () => Promise<Readiness>): Promise<ReadinessAnswer> => {
  const readiness = await withinTime(check());
  if (readiness.kind === "not-ready") return { isReady: false, detail: DETAILS[readiness.reason] };
  return { isReady: true, body: { status: "ready", database: "up", links: readiness.linksUp } };
};

const withinTime = async (answer: Promise<Readiness>): Promise<Readiness> => {
  const late = Promise.withResolvers<Readiness>();
  const timer = setTimeout(() => late.resolve(AWAY), CHECK_MAX_MS);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
};
