import { PLAYERS } from "./players.ts";
import type { State } from "./state.ts";
import { conversationPath } from "./update.ts";

/** Which addresses of the API the screen shows, and so has to keep fresh. */
export const needs = (state: State): readonly string[] => {
  if (!state.session?.signedIn) return [];
  const { screen } = state.address;
  switch (screen.name) {
    case "now":
      return ["/v1/links", "/readyz", POOL, LATEST];
    case "links":
      return ["/v1/links"];
    case "numbers":
      return [NUMBERS, POOL];
    case "failures":
      return [failuresPath(screen.since, state.now)];
    case "conversations":
      return [conversationsPath(screen)];
    case "conversation":
      return [conversationPath(screen.id), messagesPath(screen.id)];
    case "playground": {
      const { conversation } = state.playground;
      return conversation === null ? [] : [messagesPath(conversation), "/v1/links"];
    }
    default:
      return [];
  }
};

/** What no event tells of: it has to be asked for again and again. */
export const isMeasured = (path: string): boolean => path === "/v1/links" || path === "/readyz";

/** Whose handsets to listen to. */
export const listens = (state: State): readonly string[] =>
  state.session?.signedIn && state.session.sandbox && state.address.screen.name === "playground"
    ? PLAYERS.map(({ number }) => number)
    : [];

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** By whole hours, so that it is the same address for a while. A day is what the API counts when nothing is said. */
export const failuresPath = (since: "day" | "week", now: number): string => {
  if (since === "day") return "/v1/failures";
  const start = new Date(Math.floor((now - WEEK_MS) / HOUR_MS) * HOUR_MS + HOUR_MS);
  return `/v1/failures?since=${start.toISOString()}`;
};

export const POOL = "/v1/pool";
export const NUMBERS = "/v1/numbers?limit=200";
export const LATEST = "/v1/conversations?limit=8";
export const messagesPath = (conversation: string): string =>
  `${conversationPath(conversation)}/messages?limit=200`;

export const conversationsPath = (filter: {
  readonly state: string | null;
  readonly cursor: string | null;
}): string => {
  const query = new URLSearchParams({ limit: "25" });
  if (filter.state !== null) query.set("state", filter.state);
  if (filter.cursor !== null) query.set("cursor", filter.cursor);
  return `/v1/conversations?${query}`;
};
