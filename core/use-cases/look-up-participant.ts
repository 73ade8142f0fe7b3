import type { Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { NewParticipant } from "#core/domain/opening.ts";
import type { Insight, NumberInsight } from "#core/ports/number-insight.ts";
import { fail, ok, type Result } from "#core/result.ts";

/** A participant as the request describes them. */
export interface ParticipantInput {
  readonly number: Msisdn;
  readonly name: string | null;
  readonly intro: string | null;
  /** ISO 3166-1 alpha-2: the country to take a virtual number from, where it is not the number's own. */
  readonly country: string | null;
  /** The number that shall stand for them; absent or null: one is chosen. */
  readonly virtualNumber?: Msisdn | null | undefined;
  /** A time zone of the IANA database; absent or null: the number tells where they may be. */
  readonly timeZone?: string | null | undefined;
}

const AREA_DIGITS = 3;

/**
 * Finds out where a participant's number belongs; fails with why it is none. Wishes, blocks and routes hang on the handset, so
 * that is what comes out, in whatever form the carrier's lookup writes the number.
 */
export const lookUpParticipant =
  (insight: NumberInsight) =>
  async (input: ParticipantInput): Promise<Result<NewParticipant, string>> => {
    const found = await insight.lookup(handsetOf(input.number), input.country);
    if (found.kind === "invalid") return fail(found.detail);
    if (found.kind === "unavailable") return fail("could not be looked up at the moment");
    const number = handsetOf(found.number); // breakage: keep-other-spelling
    const { callingCode } = found;
    const areaPrefix = number.slice(0, callingCode.length + AREA_DIGITS);
    return ok({
      number,
      name: input.name,
      intro: input.intro,
      country: input.country ?? found.country,
      areaPrefix,
      ...(input.virtualNumber != null && { virtualNumber: input.virtualNumber }),
      ...(input.timeZone != null && { timeZone: input.timeZone }),
    });
  };

/** Asks the first; when it is not available, the second. */
export const insightWithFallback = (first: NumberInsight, second: NumberInsight): NumberInsight => ({
  lookup: async (number, country): Promise<Insight> => {
    const found = await first.lookup(number, country);
    return found.kind === "unavailable" ? second.lookup(number, country) : found;
  },
});
