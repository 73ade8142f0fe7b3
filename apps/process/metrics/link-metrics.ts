import type { Registry } from "prom-client";
import type { CountedLink } from "#apps/process/counted-link.ts";
import type { Engine } from "#core/engine/engine.ts";
import { counter, gauge, type Labels, type Values } from "./metric-kinds.ts";

export const LINK: readonly string[] = ["link", "direction"];

const labelsOf = ({ name, direction }: CountedLink): Labels => ({ link: name, direction });

export const linkMetrics = (
  registry: Registry,
  links: readonly CountedLink[],
  { pacing, departures }: Pick<Engine, "pacing" | "departures">,
): void => {
  const each =
    (value: (link: CountedLink) => number): Values =>
    () =>
      links.map((link) => [labelsOf(link), value(link)] as const);
  const stateIs = (state: string): Values => each((link) => Number(link.health().state === state));
  const show = (name: string, help: string, values: Values): void =>
    gauge(registry, name, help, LINK, values);
  const count = (name: string, help: string, values: Values): void =>
    counter(registry, name, help, LINK, values);
  show("link_up", "Whether the link is up, and nothing is wrong with it", stateIs("up"));
  show(
    "link_degraded",
    "Whether the link sends, but receives nothing or gets no answers",
    stateIs("degraded"),
  );
  show("link_paused", "Whether an operator has paused the link", stateIs("paused"));
  show(
    "link_window_used",
    "Messages without an answer",
    each((link) => link.status().inFlight),
  );
  show(
    "link_window_size",
    "Messages that may be without an answer",
    each((link) => link.status().window),
  );
  show(
    "link_rate",
    "Segments a second that may leave from this process, over all links of its kind",
    each((link) => finite(pacing.perSecond(link.kind))),
  );
  count(
    "messages_sent",
    "Messages that a carrier has taken as a whole",
    each((link) => departures.messages().get(link.name) ?? 0),
  );
  count(
    "segments_sent",
    "Segments that a carrier has taken",
    each((link) => link.counts().sent),
  );
  count(
    "throttled",
    'Answers that said "too fast"',
    each((link) => link.counts().throttled),
  );
  count(
    "unknown",
    "Messages whose answer was lost",
    each((link) => link.counts().answers.unknown),
  );
  counter(registry, "submit_answers", "What links answered to a message", [...LINK, "outcome"], () =>
    links.flatMap((link) =>
      Object.entries(link.counts().answers).map(
        ([outcome, times]) => [{ ...labelsOf(link), outcome }, times] as const,
      ),
    ),
  );
};

/** No limit shows as none in what Prometheus draws. */
const finite = (rate: number): number => (Number.isFinite(rate) ? rate : Number.MAX_SAFE_INTEGER);
