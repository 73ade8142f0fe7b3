import type { InjectionToken } from "tsyringe";

/**
 * A name in the container for a thing of type `T`. A bare symbol would lose the type, and `resolve` would then give out
 * whatever is asked for.
 */
export const token = <T>(name: string): InjectionToken<T> => Symbol(name);
