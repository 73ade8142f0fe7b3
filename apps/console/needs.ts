import { PLAYERS } from "./players.ts";
import { hasPlayground, type State } from "./state.ts";
import { conversationPath } from "./update.ts";

/** Which addresses of the API the screen shows, and so has to keep fresh. */
export const needs = (state: State): readonly string[] => {
  if (!state.session?.signedIn) return [];
  const links = state.session.service === null ? [LINKS] : [];
  const { screen } = state.address;
  switch (screen.name) {
    case "now":
      return [...links, "/readyz", POOL, LATEST];
    case "links":
      return links;
    case "services":
      return [SERVICES];
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
      return conversation === null ? [] : [messagesPath(conversation)];
    }
    default:
      return [];
  }
};

/** What no event tells of: it has to be asked for again and again. */
export const isMeasured = (path: string): boolean => path === "/v1/links" || path === "/readyz";

/** Whose handsets to listen to. */
export const listens = (state: State): readonly string[] =>
  state.session?.signedIn && hasPlayground(state) && state.address.screen.name === "playground"
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

/** They belong to the installation: a key of one service does not see them. */
const LINKS = "/v1/links";
export const SERVICES = "/v1/services?limit=200";
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
