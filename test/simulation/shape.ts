import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import type { BindType } from "#adapters/smpp/protocol/pdu.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { PolicyRule } from "#core/domain/policy.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import { PEOPLE } from "#test/simulation/people/spellings.ts";
import type { LeakActions } from "#test/simulation/truth/leaks.ts";
import type { LimitedService } from "#test/simulation/truth/limits.ts";
import type { Random } from "./random.ts";
import { LIMITS, QUIET_HOURS } from "./settings.ts";

/** What a world is made of. */
export interface Shape {
  readonly people: readonly Msisdn[];
  readonly numbers: readonly Msisdn[];
  /** One, or two that have half of the numbers each. */
  readonly services: readonly string[];
  /** The service of each number. */
  readonly serviceOf: ReadonlyMap<string, string>;
  readonly processes: readonly DispatcherKind[];
  /** The binds of each gateway; some houses send and receive apart. */
  readonly bindTypes: readonly BindType[];
  readonly messageIdForm: MessageIdForm;
  /** The longest that a call to the store mostly takes, until all faults end: some houses have a slow one. */
  readonly storeDelayMs: number;
  /** The service whose texts a policy sees first; null: none has one. */
  readonly policy: { readonly serviceId: string; readonly rule: PolicyRule } | null;
  /** What services do about telephone numbers in texts; most do nothing. */
  readonly leakActions: LeakActions;
  /** When texts of the first service that advertise may be sent; null: whenever. */
  readonly quietHours: (typeof QUIET_HOURS)[number] | null;
  /** The service whose app is asked about texts that reach nobody; null: none has one. */
  readonly outOfSession: Shape["policy"];
  /** Null: people may text as much as they like. */
  readonly limited: LimitedService | null;
  readonly sizes: { readonly people: number; readonly numbers: number; readonly processes: number };
}

/** Without an answer the text is decided on all the same. */
const OUT_OF_SESSION = {
  serviceId: DEFAULT_SERVICE_ID,
  rule: { url: "https://app.example/hook", secret: null, timeoutMs: 1_500, onSilence: "relay" },
} as const;

export const SECOND_SERVICE_ID = "00000000-0000-7000-8000-000000000002";

/** The longest that a call to a good store takes. */
export const QUICK_MS = 6;
const SLOW_MS = 1_500;

/** Few people and fewer numbers, so that pairs are reused; none, one or two gateways beside one or two API processes. */
export const drawShape = (random: Random): Shape => {
  const people = random.int(3, 6);
  const services = random.chance(0.3) ? [DEFAULT_SERVICE_ID, SECOND_SERVICE_ID] : [DEFAULT_SERVICE_ID];
  const own = Array.from(
    { length: services.length === 1 ? random.int(1, 4) : 2 * random.int(1, 2) },
    (_, i) => `4479119000${10 + i}` as Msisdn,
  );
  const gateways = random.int(0, 2);
  const apis = random.int(1, 2);
  const processes = [
    ...Array<DispatcherKind>(gateways).fill("gateway"),
    ...Array<DispatcherKind>(apis).fill("api"),
  ];
  const hours = random.fork(8);
  const floods = random.fork(12);
  const shape: Omit<Shape, "leakActions" | "outOfSession"> = {
    people: PEOPLE.slice(0, people),
    numbers: own,
    services,
    serviceOf: new Map(own.map((number, i) => [number, services[i % services.length]!])),
    processes,
    bindTypes: random.chance(0.3) ? ["transmitter", "receiver"] : ["transceiver", "transceiver"],
    messageIdForm: random.chance(0.5) ? "same" : "hex-dec",
    storeDelayMs: random.chance(0.12) ? SLOW_MS : QUICK_MS,
    policy: random.chance(0.25)
      ? {
          serviceId: random.pick(services),
          rule: {
            ...{ url: "https://app.example/hook", secret: null },
            ...{ timeoutMs: random.int(300, 2_500), onSilence: random.pick(["relay", "block"] as const) },
          },
        }
      : null,
    quietHours: hours.chance(0.4) ? hours.pick(QUIET_HOURS) : null,
    limited: floods.chance(0.3) ? { serviceId: DEFAULT_SERVICE_ID, rule: LIMITS } : null,
    sizes: { people, numbers: own.length, processes: processes.length },
  };
  const strangers = random.fork(13);
  const outOfSession = shape.policy === null && strangers.chance(0.4) ? OUT_OF_SESSION : null;
  const guarded = services.slice(1);
  return {
    ...shape,
    outOfSession,
    leakActions: new Map(guarded.map((id) => [id, random.pick(["mask", "block"] as const)])),
  };
};
