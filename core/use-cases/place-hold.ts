import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Hold, Holds } from "#core/ports/holds.ts";

export interface AskedHold {
  readonly id: string;
  /** Exactly one of the two is there. */
  readonly of: { readonly conversationId: string } | { readonly number: Msisdn };
  readonly reason: string;
  readonly placedBy: string;
  readonly until: number;
}

export type PlacedHold =
  | { readonly kind: "placed"; readonly hold: Hold }
  | { readonly kind: "unknown-conversation" }
  /** It would be over already. */
  | { readonly kind: "over" };

/** Keeps a conversation, or everything of a person, from retention and erasure until an instant. */
export const placeHold =
  ({ holds, clock }: { readonly holds: Pick<Holds, "place" | "get">; readonly clock: Pick<Clock, "now"> }) =>
  async ({ id, of, reason, placedBy, until }: AskedHold): Promise<PlacedHold> => {
    const placedAt = clock.now();
    if (until <= placedAt) return { kind: "over" };
    const what =
      "number" in of
        ? { conversationId: null, number: of.number }
        : { conversationId: of.conversationId, number: null };
    if (!(await holds.place({ id, reason, placedBy, placedAt, until, ...what })))
      return { kind: "unknown-conversation" };
    return { kind: "placed", hold: (await holds.get(id))! };
  };
