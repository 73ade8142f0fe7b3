import type { Services } from "#core/ports/services.ts";

/** The slug of a service by its id; null: it is gone. */
export type NameOfService = (id: string) => string | null;

/** How services are named to people and programs outside, as events and settings name them. */
export const serviceNames =
  ({ services }: { readonly services: Pick<Services, "current"> }) =>
  async (): Promise<NameOfService> => {
    const all = await services.current();
    return (id) => all.get(id)?.slug ?? null;
  };
