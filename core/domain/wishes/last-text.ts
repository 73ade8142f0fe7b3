import { CONTEXT_MS, type WishContext } from "./wish.ts";

/** The last text to somebody on a route. */
export interface LastText {
  /** An intro, a notice, the app's or a broadcast; false: the other participant's. */
  readonly isOurs: boolean;
  /** When it was received or queued, in milliseconds since 1970. */
  readonly at: number;
}

/** Whom a text at `now` answers. `last`: undefined: it is not known yet; null: there is none. */
export const contextAfter = (last: LastText | null | undefined, now: number): WishContext => {
  if (last === undefined) return "unknown";
  // breakage: all-answers-are-ours
  return last?.isOurs && now - last.at <= CONTEXT_MS ? "ours" : "theirs";
};
