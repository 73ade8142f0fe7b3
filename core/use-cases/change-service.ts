import type { Service } from "#core/domain/service.ts";
import type { ServiceChange, Services } from "#core/ports/services.ts";

/** Changes the name or the rules of a service; what runs in it goes by them within seconds. Null: there is none. */
export const changeService =
  ({ services }: { readonly services: Pick<Services, "change"> }) =>
  (id: string, change: ServiceChange): Promise<Service | "version-mismatch" | null> =>
    services.change(id, change);
