/** `opt-out`: the recipient wants no texts from us. `pair-block`: one of the two has blocked the other. */
export type Block = "opt-out" | "pair-block";
