import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import type { BindType } from "#adapters/smpp/protocol/pdu.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import { PEOPLE } from "#test/simulation/people/spellings.ts";
import type { Random } from "./random.ts";

/** What a world is made of. */
export interface Shape {
  readonly people: readonly Msisdn[];
  readonly numbers: readonly Msisdn[];
  readonly processes: readonly DispatcherKind[];
  /** The binds of each gateway; some houses send and receive apart. */
  readonly bindTypes: readonly BindType[];
  readonly messageIdForm: MessageIdForm;
  /** The longest that a call to the store mostly takes, until all faults end: some houses have a slow one. */
  readonly storeDelayMs: number;
  readonly sizes: { readonly people: number; readonly numbers: number; readonly processes: number };
}

/** The longest that a call to a good store takes. */
export const QUICK_MS = 6;
const SLOW_MS = 1_500;

/** Few people and fewer numbers, so that pairs are reused; none, one or two gateways beside one or two API processes. */
export const drawShape = (random: Random): Shape => {
  const people = random.int(3, 6);
  const numbers = random.int(1, 4);
  const gateways = random.int(0, 2);
  const apis = random.int(1, 2);
  const processes = [
    ...Array<DispatcherKind>(gateways).fill("gateway"),
    ...Array<DispatcherKind>(apis).fill("api"),
  ];
  return {
    people: PEOPLE.slice(0, people),
    numbers: Array.from({ length: numbers }, (_, i) => `4479119000${10 + i}` as Msisdn),
    processes,
    bindTypes: random.chance(0.3) ? ["transmitter", "receiver"] : ["transceiver", "transceiver"],
    messageIdForm: random.chance(0.5) ? "same" : "hex-dec",
    storeDelayMs: random.chance(0.12) ? SLOW_MS : QUICK_MS,
    sizes: { people, numbers, processes: processes.length },
  };
};
