import type { Service } from "#core/domain/service.ts";
import type { Page, Slice } from "#core/ports/conversations.ts";
import type { Services } from "#core/ports/services.ts";

/** All services that there are to see, by slug. */
export const listServices =
  ({ services }: { readonly services: Pick<Services, "current"> }) =>
  async ({ limit, after }: Page): Promise<Slice<Service>> => {
    const all = [...(await services.current()).values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
    const left = after === null ? all : all.filter(({ slug }) => slug > after);
    const items = left.slice(0, limit);
    return { items, next: left.length > limit ? (items.at(-1)?.slug ?? null) : null };
  };
