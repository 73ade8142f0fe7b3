import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";
import { carryOut, type NewWish } from "./wishes.ts";
import type { World } from "./world.ts";

const BY_PLATFORM: Omit<NewWish, "kind" | "number" | "at"> = {
  ...{ source: "api" as const, word: null, scope: "service" as const, virtualNumber: null },
  ...{ other: null, isConfirmed: false },
};

export const memoryOptOuts = (world: World): OptOuts => {
  const get = (number: Msisdn): OptOut | null => {
    const row = world.optOuts.get(number);
    if (!row) return null;
    const { confirmedAt: _, ...optOut } = row;
    return optOut;
  };
  return {
    get: async (number) => get(number),
    put: async (number, at) => {
      carryOut(world, { ...BY_PLATFORM, kind: "stop", number, at });
      return get(number)!;
    },
    remove: async (number, at) => carryOut(world, { ...BY_PLATFORM, kind: "start", number, at }),
    wishes: async (number) =>
      world.wishes.filter((wish) => wish.number === number).map(({ number: _, ...wish }) => wish),
  };
};
