import type { Page, Slice } from "#core/ports/conversations.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";

/** Our virtual numbers, by number; of one service, or of all (null). */
export const listNumbers =
  ({ numbers }: { readonly numbers: Pick<Numbers, "list"> }) =>
  (serviceId: string | null, page: Page): Promise<Slice<VirtualNumber>> =>
    numbers.list(serviceId, page);
