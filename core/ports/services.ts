import type { Service } from "#core/domain/service.ts";
import { type Rules, rulesByService, type ServiceRules } from "#core/domain/service-rules.ts";

/** So old may be what {@link Services.current} answers, in milliseconds. */
export const SERVICES_AGE_MS = 2_000;

/** All of them are kept in the memory of every process. */
export const SERVICES_MAX = 1_000;

/** The brands on this installation. The default one is there from the start and stays. */
export interface Services {
  /** Repeated with the same id, it answers the service as it is. */
  add(service: NewService): Promise<Service | "slug-in-use" | "too-many">;
  /** As it is now. */
  get(id: string): Promise<Service | null>;
  /** With `versions`, only if it has one of them. */
  change(id: string, change: ServiceChange): Promise<Service | "version-mismatch" | null>;
  /** Forgets a service without numbers; what it has had stays. */
  remove(id: string): Promise<"removed" | "in-use" | "unknown">;
  /** All, by id, at most {@link SERVICES_AGE_MS} old. Answers from memory where it can; used on the hot path. */
  current(): Promise<ReadonlyMap<string, Service>>;
}

export interface NewService extends Pick<Service, "id" | "slug" | "name" | "rules"> {
  readonly at: number;
}

export interface ServiceChange {
  readonly name?: string | null;
  /** Takes the place of all that was there. */
  readonly rules?: ServiceRules;
  readonly versions?: readonly number[];
}

/** The rules of a service by its id. One that is gone goes by those of the house. */
export type RulesOf = (serviceId: string) => Promise<Rules>;

export const rulesOf = (services: Pick<Services, "current">, settings: ServiceRules): RulesOf => {
  const merged = rulesByService(settings);
  return async (id) => merged((await services.current()).get(id) ?? null);
};
