import type { Msisdn } from "#core/domain/msisdn.ts";
import type { StopScope } from "#core/domain/wishes/wish.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";
import { workSideBySide } from "#core/structures/side-by-side.ts";
import type { MayTakeEffect } from "./carry-out-once.ts";
import { REFUSED_MAX, type RefusedLine } from "./send-broadcast.ts";

/** A line of a list that was kept elsewhere, or why it is none. */
export type ImportedLine = { readonly line: number } & (
  | { readonly detail: string }
  | {
      readonly number: Msisdn;
      readonly scope: StopScope;
      /** When it was wished, milliseconds since the epoch; null: now. */
      readonly since: number | null;
    }
);

export type ImportOutcome =
  | {
      readonly kind: "taken";
      readonly accepted: number;
      readonly refusedCount: number;
      /** The first of them. */
      readonly refused: readonly RefusedLine[];
    }
  | { readonly kind: "too-many" }
  | { readonly kind: "withdrawn" };

/** Lines of one import. */
export const IMPORTED_MAX = 10_000;
/** Opt-outs that are written at a time. */
const TOGETHER = 4;

/**
 * Takes over a list of opt-outs that was kept elsewhere: each as if the platform had said it then. Nothing is taken before the last line
 * is there; what is taken twice stays as it is.
 */
export const importOptOuts =
  ({ optOuts, clock }: { readonly optOuts: Pick<OptOuts, "put">; readonly clock: Clock }) =>
  async (
    serviceId: string,
    lines: AsyncIterable<ImportedLine>,
    mayTakeEffect: MayTakeEffect,
  ): Promise<ImportOutcome> => {
    const now = clock.now();
    const good: Exclude<ImportedLine, { readonly detail: string }>[] = [];
    const refused: RefusedLine[] = [];
    let refusedCount = 0;
    const refuse = (line: number, detail: string): void => {
      refusedCount += 1;
      if (refused.length < REFUSED_MAX) refused.push({ line, detail });
    };
    for await (const each of lines) {
      if (good.length + refusedCount === IMPORTED_MAX) return { kind: "too-many" };
      if ("detail" in each) refuse(each.line, each.detail);
      else if (each.since !== null && each.since > now) refuse(each.line, "since must not be in the future");
      else good.push(each);
    }
    if (!(await mayTakeEffect())) return { kind: "withdrawn" };
    // Of one person the first line counts, as it would alone.
    await workSideBySide(
      good,
      { width: TOGETHER, inOrderOf: ({ number }) => number },
      async ({ number, scope, since }) => {
        await optOuts.put(serviceId, number, since ?? now, scope);
      },
    );
    return { kind: "taken", accepted: good.length, refusedCount, refused };
  };
