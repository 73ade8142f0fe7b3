/**
 * The parts of a text leave in order, so when a carrier has accepted the last one, it has accepted them all. `part` counts from 0.
 */
export const isLastPart = ({ part, parts }: { readonly part: number; readonly parts: number }): boolean =>
  part === parts - 1;
