import { Histogram, type Registry } from "prom-client";
import type { AnswerTimes } from "./answer-times.ts";

/** Seconds; carriers answer within tens of milliseconds, and give up after several seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How fast carriers answer us, and we them. */
export const answerMetrics = (registry: Registry, times: AnswerTimes): void => {
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({
      name: `sms_proxy_${name}_seconds`,
      help,
      labelNames: ["link"],
      buckets: BUCKETS,
      registers: [registry],
    });
  times.listen({
    submit: histogram("submit_answer", "From a message to the carrier's answer"),
    deliver: histogram("deliver_answer", "From a delivery to our answer"),
  });
};
