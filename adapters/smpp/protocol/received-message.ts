/**
 * A deliver_sm or submit_sm as it came: where its fields begin in `bytes`, which is not changed any more. What nobody needs is never
 * read, and that is most of it.
 */
export interface ReceivedMessage {
  readonly bytes: Buffer;
  /** The header. */
  readonly start: number;
  /** The addresses, behind their types of number and numbering plans. */
  readonly sourceAt: number;
  readonly destinationAt: number;
  readonly esmClassAt: number;
  /** short_message, behind its length. */
  readonly textAt: number;
  /** The optional parameters that are whole; they end at `end`. */
  readonly tlvsAt: number;
  readonly end: number;
}

/** Octets between the end of an address, its NUL among them, and the field behind it. */
const TO_DESTINATION = 3;
const TO_ESM_CLASS = 1;

export const sourceOf = ({ bytes, sourceAt, destinationAt }: ReceivedMessage): string =>
  bytes.toString("latin1", sourceAt, destinationAt - TO_DESTINATION);

export const destinationOf = ({ bytes, destinationAt, esmClassAt }: ReceivedMessage): string =>
  bytes.toString("latin1", destinationAt, esmClassAt - TO_ESM_CLASS);

export const esmClassOf = ({ bytes, esmClassAt }: ReceivedMessage): number => bytes[esmClassAt]!;

export const protocolIdOf = ({ bytes, esmClassAt }: ReceivedMessage): number => bytes[esmClassAt + 1]!;

/** The type of number of source_addr (SMPP 3.4 §5.2.5), before its numbering plan. */
export const sourceTonOf = ({ bytes, sourceAt }: ReceivedMessage): number => bytes[sourceAt - 2]!;

/** It stands before sm_default_msg_id and sm_length. */
export const dataCodingOf = ({ bytes, textAt }: ReceivedMessage): number => bytes[textAt - 3]!;

/** The octets of short_message. */
export const shortMessageOf = ({ bytes, textAt, tlvsAt }: ReceivedMessage): Buffer =>
  bytes.subarray(textAt, tlvsAt);
