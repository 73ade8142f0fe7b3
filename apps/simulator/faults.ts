import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** What can be wrong with the carrier. An empty object is a carrier in good health. */
const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined && ms <= 86_400_000) return ms;
  context.addIssue({
    code: "custom",
    message: 'Expected a duration such as "2s" or "250ms", or milliseconds',
  });
  return z.NEVER;
});
const percent = z.number().min(0).max(100);
const every = z.int().min(0).max(1_000_000_000);

const faultsSchema = z.strictObject({
  /** Messages a second, for each interface; above it they are answered throttled. Takes the account limit's place. */
  tps: z.number().min(0).max(1_000_000).optional(),
  /** Every answer comes this much later; the message itself is taken at once. */
  latencyMs: duration.optional(),
  /** And up to this much later still, at random. */
  jitterMs: duration.optional(),
  /** Every n-th submit is taken, and its SMPP link cut before the answer. */
  dropLinkEvery: every.optional(),
  /** The next n submits over SMPP are taken and never answered. */
  muteSubmit: every.optional(),
  /** From now on, for this long, every message is answered throttled. */
  throttleFor: duration.optional(),
  receipts: z
    .strictObject({
      delayMs: duration.optional(),
      /** Come before the answer that names their message. */
      firstPercent: percent.optional(),
      duplicatePercent: percent.optional(),
      /** Say that the message failed. */
      failPercent: percent.optional(),
      /** Say the opposite a moment later. */
      contradictPercent: percent.optional(),
      /** "Accepted" before the final state. */
      intermediate: z.boolean().optional(),
      /** Out of order, by up to half a second. */
      reorder: z.boolean().optional(),
      none: z.boolean().optional(),
      /** Over SMPP without the class of a receipt in esm_class, as some SMSCs send them. */
      unclassed: z.boolean().optional(),
    })
    .optional(),
  webhook: z
    .strictObject({
      duplicatePercent: percent.optional(),
      /** Out of order, by up to half a second; also the parts of a text. */
      reorder: z.boolean().optional(),
      /** Leave the concat fields away, as some networks do. */
      stripConcat: z.boolean().optional(),
    })
    .optional(),
  http: z
    .strictObject({
      /** What failing requests are answered; 500 unless said. */
      status: z.int().min(400).max(599).optional(),
      /** How many fail; all of them when only a status is given. */
      errorPercent: percent.optional(),
      /** 200 with something that is no JSON. */
      garbagePercent: percent.optional(),
      /** Taken, then the connection is cut without an answer. */
      dropPercent: percent.optional(),
      /** Taken, and never answered. */
      mutePercent: percent.optional(),
    })
    .optional(),
  smpp: z
    .strictObject({
      /** Binds are refused (0x0D): the next n, or all. */
      refuseBinds: z.union([z.boolean(), every]).optional(),
      /** This percentage of submits is followed by malformed bytes, then by the answer; `true` is 5. */
      garbage: z.union([z.boolean(), percent]).optional(),
      /** Texts and receipts come by data_sm instead of deliver_sm. */
      dataSm: z.boolean().optional(),
      /** Texts and receipts end in a TLV that is cut off. */
      brokenTlvs: z.boolean().optional(),
      /** Every n-th submit is not taken, but refused by a generic_nack 0x03 that names it. */
      nackEvery: every.optional(),
      /** All links are cut and none is taken, as if the host were gone. */
      down: z.boolean().optional(),
    })
    .optional(),
});

export type Faults = z.output<typeof faultsSchema>;

export type ParsedFaults =
  | { readonly ok: true; readonly faults: Faults }
  | { readonly ok: false; readonly problems: readonly { readonly path: string; readonly message: string }[] };

export const parseFaults = (value: unknown): ParsedFaults => {
  const parsed = faultsSchema.safeParse(value);
  if (parsed.success) return { ok: true, faults: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
  };
};

/** The faults that hold now, and what is left of those that run out. */
export interface FaultBoard {
  readonly current: () => Faults;
  readonly replace: (faults: Faults) => void;
  readonly onChange: (listener: (faults: Faults) => void) => void;
  /** How long a message must still be answered throttled because of `throttleFor` (ms). */
  readonly throttledMs: () => number;
  readonly takeMute: () => boolean;
  /** Counts a submit over SMPP; true for every n-th of `dropLinkEvery`. */
  readonly takeLinkCut: () => boolean;
  /** Counts a submit over SMPP; true for every n-th of `nackEvery`. */
  readonly takeNack: () => boolean;
  readonly takeBindRefusal: () => boolean;
  /** How much later an answer comes (ms). */
  readonly answerDelayMs: () => number;
}

export const faultBoard = (): FaultBoard => {
  let faults: Faults = {};
  let throttledUntil = 0;
  let mutesLeft = 0;
  let submits = 0;
  let nackable = 0;
  let refusalsLeft = 0;
  const listeners: ((faults: Faults) => void)[] = [];

  return {
    current: () => faults,
    replace: (next) => {
      faults = next;
      throttledUntil = performance.now() + (next.throttleFor ?? 0);
      mutesLeft = next.muteSubmit ?? 0;
      submits = 0;
      nackable = 0;
      refusalsLeft = typeof next.smpp?.refuseBinds === "number" ? next.smpp.refuseBinds : 0;
      for (const listener of listeners) listener(next);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    throttledMs: () => Math.max(0, throttledUntil - performance.now()),
    takeMute: () => mutesLeft > 0 && mutesLeft-- > 0,
    takeLinkCut: () => {
      if (!faults.dropLinkEvery) return false;
      submits += 1;
      return submits % faults.dropLinkEvery === 0;
    },
    takeNack: () => {
      const nackEvery = faults.smpp?.nackEvery ?? 0;
      if (nackEvery === 0) return false;
      nackable += 1;
      return nackable % nackEvery === 0;
    },
    takeBindRefusal: () => faults.smpp?.refuseBinds === true || (refusalsLeft > 0 && refusalsLeft-- > 0),
    answerDelayMs: () => (faults.latencyMs ?? 0) + Math.random() * (faults.jitterMs ?? 0),
  };
};
