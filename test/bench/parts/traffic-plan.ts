import type { Participants } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";

/** Who texts whom in a benchmark: everything follows from the number of a direction, so that every process can work it out alone. */
export interface Way {
  /** The sender's real number, and the virtual number that is texted. */
  readonly from: Msisdn;
  readonly to: Msisdn;
  /** What the recipient has to see, and the recipient. */
  readonly source: Msisdn;
  readonly destination: Msisdn;
}

export const VIRTUAL_NUMBERS = 200;

export const virtualNumber = (index: number): Msisdn =>
  `4474000${String(index % VIRTUAL_NUMBERS).padStart(5, "0")}` as Msisdn;

const realNumber = (conversation: number, side: 0 | 1): Msisdn =>
  `4477${String(conversation * 2 + side).padStart(8, "0")}` as Msisdn;

/** A person and the number that stands for them. */
export const partyOf = (
  conversation: number,
  side: 0 | 1,
): Pick<Participants[0], "number" | "virtualNumber"> => ({
  number: realNumber(conversation, side),
  virtualNumber: virtualNumber(conversation + side),
});

/**
 * The direction `pair`: one side of a conversation of its own. Both sides at such a pace would be two machines that answer each other,
 * which are not relayed for long.
 */
export const wayOf = (pair: number): Way => {
  const conversation = pair;
  const side = (pair % 2) as 0 | 1;
  const [sender, recipient] = [partyOf(conversation, side), partyOf(conversation, side === 0 ? 1 : 0)];
  return {
    from: sender.number,
    to: recipient.virtualNumber,
    source: sender.virtualNumber,
    destination: recipient.number,
  };
};

/** The same shuffled order of all directions in every process: neighbours in time are neighbours nowhere else. */
export const shuffledPairs = (pairs: number): Uint32Array => {
  const order = Uint32Array.from({ length: pairs }, (_, i) => i);
  let seed = 0x2545f491;
  for (let i = pairs - 1; i > 0; i -= 1) {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    const j = (seed >>> 0) % (i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
};
