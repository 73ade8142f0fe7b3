/** One thing that happens. Whom and what it is about was drawn when the plan was made, and means the same in every run. */
export type Step = {
  /** Its place in the whole plan: what a step draws while it is performed follows from this, whatever else is left out. */
  readonly id: number;
  /** Milliseconds from the beginning. */
  readonly at: number;
} & Happening;

export type StepKind = Happening["kind"];

type Happening =
  | {
      readonly kind: "open";
      readonly a: number;
      readonly b: number;
      readonly ttlMs: number | null;
      readonly idleTtlMs: number | null;
      readonly sticky: boolean;
    }
  | { readonly kind: "text"; readonly which: number; readonly side: 0 | 1; readonly style: TextStyle }
  /** Somebody shows a telephone number. */
  | { readonly kind: "leak"; readonly which: number; readonly side: 0 | 1 }
  /** Somebody texts in a thread that has ended. */
  | { readonly kind: "late"; readonly which: number; readonly side: 0 | 1 }
  /** A phone reacts to something that its owner was sent. */
  | { readonly kind: "react"; readonly which: number; readonly side: 0 | 1 }
  /** The handsets of both answer by themselves from now on. */
  | { readonly kind: "machines"; readonly which: number }
  | { readonly kind: "stranger"; readonly who: number; readonly number: number }
  | { readonly kind: "close"; readonly which: number }
  | { readonly kind: "swap"; readonly which: number; readonly side: 0 | 1; readonly who: number }
  /** The platform has something to say to both. */
  | { readonly kind: "app"; readonly which: number }
  | { readonly kind: "command"; readonly which: number; readonly side: 0 | 1; readonly word: string }
  /** Somebody tells the carrier, not us, that they want no texts. */
  | { readonly kind: "carrier-stop"; readonly who: number; readonly forMs: number }
  | { readonly kind: "kill" | "stop"; readonly process: number; readonly againMs: number }
  /** The process does nothing for a while, and then goes on as if no time had passed. */
  | { readonly kind: "freeze"; readonly process: number; readonly forMs: number }
  | { readonly kind: "cut" | "mute"; readonly link: number; readonly forMs: number }
  | { readonly kind: "smsc-away" | "throttle" | "lose-answers"; readonly forMs: number }
  | { readonly kind: "lose-store" | "slow-store"; readonly process: number; readonly forMs: number }
  | { readonly kind: "store-away" | "flaky-store"; readonly forMs: number }
  | { readonly kind: "clock"; readonly process: number; readonly ms: number };

/** `same`: the same words twice. `long`: in parts. `holed`: in parts, one of which never comes. `echoed`: one of which comes twice. */
export type TextStyle = "short" | "emoji" | "same" | "long" | "holed" | "echoed";
