import type { Link, Pool, WebhookEndpoint } from "./model.ts";
import type { TrafficSample } from "./state.ts";

/** Something that an operator should know of now. */
export type Trouble =
  | { readonly kind: "poolSpent"; readonly country: string }
  | { readonly kind: "webhookDisabled" | "webhookFailing"; readonly id: string; readonly url: string }
  | { readonly kind: "database" | "noLinks" | "noNumbers" | "throttled" }
  | {
      readonly kind: "linkDown" | "linkDegraded" | "linkConnecting" | "linkPaused";
      readonly name: string;
      readonly detail: string | null;
    };

export interface Facts {
  /** Null: not known yet, and so no trouble. */
  readonly isDatabaseUp: boolean | null;
  readonly links: readonly Link[] | null;
  readonly pools: readonly Pool[] | null;
  readonly webhooks: readonly WebhookEndpoint[] | null;
  readonly samples: readonly TrafficSample[];
}

const KINDS = {
  down: "linkDown",
  degraded: "linkDegraded",
  connecting: "linkConnecting",
  paused: "linkPaused",
} as const;

/** What is wrong, the worst first. */
export const troublesIn = ({ isDatabaseUp, links, pools, webhooks, samples }: Facts): readonly Trouble[] => {
  const sending = links?.filter(({ direction }) => direction !== "receiver") ?? [];
  const none = links !== null && !sending.some(({ state }) => state === "up" || state === "degraded");
  return [
    ...(isDatabaseUp === false ? [{ kind: "database" } as const] : []),
    ...(none ? [{ kind: "noLinks" } as const] : []),
    ...(pools?.length === 0 ? [{ kind: "noNumbers" } as const] : []),
    ...(links ?? []).flatMap(({ name, state, reason }): readonly Trouble[] =>
      state === "up" ? [] : [{ kind: KINDS[state], name, detail: reason?.detail ?? null }],
    ),
    ...(pools ?? []).flatMap(({ country, headRoom, liveRoutes }): readonly Trouble[] =>
      headRoom === 0 && liveRoutes > 0 ? [{ kind: "poolSpent", country }] : [],
    ),
    ...(webhooks ?? []).flatMap(troubleOf),
    ...(throttledIn(samples) > 0 ? [{ kind: "throttled" } as const] : []),
  ];
};

/** One that somebody has paused is meant to be still. */
const troubleOf = ({ id, url, state, failingSince }: WebhookEndpoint): readonly Trouble[] => {
  if (state === "disabled") return [{ kind: "webhookDisabled", id, url }];
  return state === "active" && failingSince !== null ? [{ kind: "webhookFailing", id, url }] : [];
};

/** What was sent each second, oldest first: between each two samples. A process that began anew counts from nothing. */
export const ratesIn = (samples: readonly TrafficSample[]): readonly number[] =>
  samples.slice(1).map(({ at, sent }, index) => {
    const before = samples[index]!;
    const seconds = (at - before.at) / 1_000;
    return seconds <= 0 ? 0 : Math.max(0, sent - before.sent) / seconds;
  });

/** How many were throttled while the samples were taken. */
export const throttledIn = (samples: readonly TrafficSample[]): number =>
  samples
    .slice(1)
    .reduce((sum, { throttled }, index) => sum + Math.max(0, throttled - samples[index]!.throttled), 0);
