/** `opt-out`: the recipient wants no texts from us. `pair-block`: one of the two has blocked the other. */
export type Block = "opt-out" | "pair-block";

/** Why a text that was accepted does not leave any more: also because its broadcast was cancelled. */
export type DepartureBlock = Block | "broadcast-cancelled";
