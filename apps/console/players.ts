import type { FaultName } from "./state.ts";

/** The two of the playground: numbers that Ofcom keeps for films and examples. */
export const PLAYERS = [
  { number: "+447700900001", name: "Ann" },
  { number: "+447700900002", name: "Ben" },
] as const;

/** One for all visits: opened when it is missing, and found again. */
export const PLAYGROUND_REFERENCE = "playground";

/** What each switch means to the simulated carrier. */
const FAULTS: Readonly<Record<FaultName, Record<string, unknown>>> = {
  cut: { smpp: { down: true } },
  throttle: { tps: 0 },
  mute: { muteSubmit: 1_000_000 },
  refuse: { http: { status: 503, errorPercent: 100 } },
  fail: { receipts: { failPercent: 100 } },
  slow: { latencyMs: "2s" },
};

export const FAULT_NAMES = [
  "cut",
  "throttle",
  "mute",
  "refuse",
  "fail",
  "slow",
] as const satisfies readonly FaultName[];

/** The faults as the carrier takes them: all at once. */
export const faultsOf = (names: readonly FaultName[]): Record<string, unknown> =>
  Object.assign({}, ...names.map((name) => FAULTS[name]));

/** Which switches are on, from what the carrier says is wrong with it. */
export const faultNamesIn = (faults: unknown): readonly FaultName[] => {
  const told = (faults ?? {}) as Record<string, Record<string, unknown> | number | undefined>;
  const inside = (name: string): Record<string, unknown> => {
    const value = told[name];
    return typeof value === "object" ? value : {};
  };
  const isOn: Readonly<Record<FaultName, boolean>> = {
    cut: inside("smpp").down === true,
    throttle: told.tps === 0,
    mute: Number(told.muteSubmit ?? 0) > 0,
    refuse: Number(inside("http").errorPercent ?? 0) > 0,
    fail: Number(inside("receipts").failPercent ?? 0) > 0,
    slow: Number(told.latencyMs ?? 0) > 0,
  };
  return FAULT_NAMES.filter((name) => isOn[name]);
};
