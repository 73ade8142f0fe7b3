/** What becomes of a delivery; `returned`: nobody is bound who could take it, and nobody has seen it. */
export type Outcome = "acknowledged" | "lost" | "returned";

/** Parts of one text: once a customer may have one of them, the rest stays on SMPP. */
export interface Unit {
  isTouched: boolean;
}

/** One deliver_sm until it is acknowledged, over as many binds and tries as it takes. */
export interface Delivery {
  /** A deliver_sm for one try, whose sequence number is still to be put in. */
  readonly frame: (takesTlvs: boolean) => Buffer;
  readonly unit: Unit;
  readonly tried: () => void;
  readonly retrying: () => void;
  readonly done: (outcome: Outcome) => void;
  readonly createdAt: number;
  attempts: number;
  waitMs: number;
}

/** A bind that takes deliveries. */
export interface Receiver {
  readonly systemType: string;
  readonly hasRoom: () => boolean;
  readonly send: (delivery: Delivery) => void;
}

/** For whom a delivery is: receivers with one system type, or (for receipts) all of the account. */
export type Audience = { readonly systemType: string } | "everybody";
