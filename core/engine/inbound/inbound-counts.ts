import type { Refusal } from "#core/domain/refusal.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";

/** What became of the texts that this process has written, since it started. */
export interface InboundCounts {
  readonly relayed: number;
  /** Parts of long texts that waited for the others. */
  readonly parts: number;
  /** Texts that waited until the policy was asked. */
  readonly asked: number;
  readonly commands: number;
  /** From strangers, or to a number that stands for nobody any more. */
  readonly unroutable: number;
  /** More of the same sender who reaches nobody. */
  readonly ignored: number;
  readonly blocked: number;
  /** What two machines had to say to each other. */
  readonly loops: number;
  /** There was nothing to read in them. */
  readonly failed: number;
  /** Known before: the carrier has brought it again. */
  readonly duplicates: number;
}

export interface InboundCounter {
  readonly written: (write: Pick<InboundWrite, "decision" | "isIgnored">) => void;
  readonly duplicate: () => void;
  readonly counts: () => InboundCounts;
}

export const createInboundCounter = (): InboundCounter => {
  const counts = {
    relayed: 0,
    parts: 0,
    asked: 0,
    commands: 0,
    unroutable: 0,
    ignored: 0,
    blocked: 0,
    loops: 0,
    failed: 0,
    duplicates: 0,
  };
  return {
    written: ({ decision, isIgnored }) => {
      switch (decision.kind) {
        case "relay":
          counts.relayed += 1;
          return;
        case "wait":
          counts.parts += 1;
          return;
        case "ask":
          counts.asked += 1;
          return;
        case "command":
          counts.commands += 1;
          return;
        case "refuse":
          counts[isIgnored ? "ignored" : outcomeOf(decision.refusal)] += 1;
      }
    },
    duplicate: () => {
      counts.duplicates += 1;
    },
    counts: () => ({ ...counts }),
  };
};

const outcomeOf = ({ kind, reason }: Refusal): "loops" | Refusal["kind"] =>
  reason === "loop" ? "loops" : kind;
