import type { OptOuts } from "#core/ports/opt-outs.ts";
import { renewBars } from "./routes.ts";
import type { World } from "./world.ts";

export const memoryOptOuts = (world: World): OptOuts => ({
  get: async (number) => world.optOuts.get(number) ?? null,
  put: async (number, at) => {
    const optOut = world.optOuts.get(number) ?? { number, since: at };
    world.optOuts.set(number, optOut);
    renewBars(world);
    return optOut;
  },
  remove: async (number) => {
    world.optOuts.delete(number);
    renewBars(world);
  },
});
