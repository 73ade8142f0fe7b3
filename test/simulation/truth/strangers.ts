import { OFFERS_PER_HOUR, STRANGER_TEXTS_PER_HOUR } from "#core/engine/inbound/stranger-watch.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { Broken } from "./broken.ts";

/** Whoever reaches nobody: an app is asked about so many of their texts by each process, and what is more than a few may be ignored. No world lasts an hour. */
export const createStrangers = () => {
  /** By process and sender. */
  const asked = new Map<string, number>();
  /** By sender: texts that reached nobody. */
  const lost = new Map<string, number>();
  const add = (to: Map<string, number>, of: string): number => {
    const count = (to.get(of) ?? 0) + 1;
    to.set(of, count);
    return count;
  };

  return {
    asked: ({ inbound }: InboundWrite, process: string): void => {
      if (add(asked, `${process} ${inbound.from}`) > OFFERS_PER_HOUR)
        throw new Broken("as ruled", "an app is asked about every text of a stranger");
    },
    decided: ({ inbound, decision, isIgnored, beside }: InboundWrite): void => {
      const isLost = decision.kind === "refuse" && decision.refusal.kind === "unroutable";
      const count = isLost ? add(lost, inbound.from) : 0;
      if (isIgnored && count <= STRANGER_TEXTS_PER_HOUR)
        throw new Broken("told as it happened", "somebody is ignored who has reached nobody a few times");
      const isTold = beside?.events.some(({ type }) => type === "abuse.stranger");
      if (isTold && !isIgnored)
        throw new Broken("told as it happened", "somebody is told of as a stranger who is none");
      if (isLost && beside?.notice) throw new Broken("never a stranger", "a stranger is answered");
    },
  };
};
