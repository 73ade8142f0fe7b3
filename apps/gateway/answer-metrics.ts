import type { Registry } from "prom-client";
import { histograms } from "#apps/process/metrics/metric-kinds.ts";
import type { AnswerTimes } from "./answer-times.ts";

/** How fast carriers answer us, and we them, link by link. */
export const answerMetrics = (registry: Registry, times: ReadonlyMap<string, AnswerTimes>): void => {
  const byLink = (which: keyof AnswerTimes) =>
    Array.from(times, ([link, each]) => [{ link }, each[which]] as const);
  histograms(registry, "submit_answer_seconds", "From a message to the carrier's answer", byLink("submit"));
  histograms(registry, "deliver_answer_seconds", "From a delivery to our answer", byLink("deliver"));
};
