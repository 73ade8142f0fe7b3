import type { Services } from "#core/ports/services.ts";

/** Forgets a service without numbers; its closed conversations and opt-outs stay. */
export const removeService =
  ({ services }: { readonly services: Pick<Services, "remove"> }) =>
  (id: string): Promise<"removed" | "in-use" | "unknown"> =>
    services.remove(id);
