import type { Page, Slice } from "#core/ports/conversations.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";

/** Our virtual numbers, by number. */
export const listNumbers =
  ({ numbers }: { readonly numbers: Pick<Numbers, "list"> }) =>
  (page: Page): Promise<Slice<VirtualNumber>> =>
    numbers.list(page);
