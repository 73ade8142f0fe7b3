/** The place of one part in a longer text. */
export interface Part {
  /** The sender's counter for the long text, with its kind, such as `udh8:42`. */
  readonly reference: string;
  /** 1 to 255. */
  readonly total: number;
  /** From 1. */
  readonly index: number;
}
