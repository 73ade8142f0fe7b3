import { type Buckets, createBuckets } from "#core/structures/buckets.ts";

/** What has left since the start. */
export interface DepartureMeasures {
  /** A message received at `receivedAt` has left as a whole over a link; both in milliseconds since 1970. */
  sent(link: string, receivedAt: number, now: number): void;
  /** Whole messages by link. */
  messages(): ReadonlyMap<string, number>;
  /** From a message's arrival here until a carrier has taken all of it. */
  readonly relaySeconds: Buckets;
}

const RELAY_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400,
];

export const createDepartureMeasures = (links: readonly string[]): DepartureMeasures => {
  // The links are known beforehand, so nothing is added to the map while messages pass.
  const counts = new Map(links.map((link) => [link, { messages: 0 }]));
  const relaySeconds = createBuckets(RELAY_SECONDS);
  return {
    sent: (link, receivedAt, now) => {
      const count = counts.get(link);
      if (count) count.messages += 1;
      relaySeconds.observe(Math.max(0, now - receivedAt) / 1_000);
    },
    messages: () => new Map([...counts].map(([link, { messages }]) => [link, messages])),
    relaySeconds,
  };
};
