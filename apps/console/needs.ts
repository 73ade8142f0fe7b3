import type { Operations } from "#apps/client/types.gen.ts";
import type { Queue } from "./model.ts";
import { PLAYERS } from "./players.ts";
import { hasPlayground, mayWrite, type State } from "./state.ts";

/** An address of the API with its query; its type tells what is answered there. */
export type Reading<N extends keyof Operations> = string & { readonly answer?: Operations[N]["answer"] };

const reading = <N extends keyof Operations>(path: string): Reading<N> => path as Reading<N>;

/** Which addresses of the API the screen shows, and so has to keep fresh. */
export const needs = (state: State): readonly string[] => {
  if (!state.session?.signedIn) return [];
  const ofInstallation = state.session.service === null ? [LINKS, QUEUE] : [];
  const { screen } = state.address;
  switch (screen.name) {
    case "now":
      return [...ofInstallation, "/readyz", POOL, LATEST, webhooksPath(null)];
    case "links":
      return state.session.service === null ? [LINKS] : [];
    case "services":
      return [SERVICES];
    case "service":
      return [servicePath(screen.slug)];
    case "webhooks":
      return [webhooksPath(screen.service), SERVICES];
    case "webhook":
      return [webhookPath(screen.id), deliveriesPath(screen.id)];
    case "numbers":
      return [NUMBERS, POOL];
    case "audit":
      return mayWrite(state) && state.session.service === null ? [auditPath(screen)] : [];
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
export const isMeasured = (path: string): boolean =>
  path === LINKS || path === QUEUE || path === "/readyz" || path.startsWith("/v1/webhook-endpoints");

/** Whose handsets to listen to. */
export const listens = (state: State): readonly string[] =>
  state.session?.signedIn && hasPlayground(state) && state.address.screen.name === "playground"
    ? PLAYERS.map(({ number }) => number)
    : [];

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** By whole hours, so that it is the same address for a while. A day is what the API counts when nothing is said. */
export const failuresPath = (since: "day" | "week", now: number): Reading<"listFailures"> => {
  if (since === "day") return reading("/v1/failures");
  const start = new Date(Math.floor((now - WEEK_MS) / HOUR_MS) * HOUR_MS + HOUR_MS);
  return reading(`/v1/failures?since=${start.toISOString()}`);
};

/** They belong to the installation: a key of one service does not see them. */
export const LINKS = reading<"listLinks">("/v1/links");
/** Of the console alone. */
export const QUEUE = "/console/queue" as string & { readonly answer?: Queue };
export const SERVICES = reading<"listServices">("/v1/services?limit=200");
export const POOL = reading<"showPool">("/v1/pool");
export const NUMBERS = reading<"listNumbers">("/v1/numbers?limit=200");
export const LATEST = reading<"listConversations">("/v1/conversations?limit=8");

export const servicePath = (slug: string): Reading<"getService"> => reading(`/v1/services/${slug}`);
export const webhooksPath = (service: string | null): Reading<"listWebhookEndpoints"> =>
  reading(`/v1/webhook-endpoints?limit=200${service === null ? "" : `&service=${service}`}`);
export const webhookPath = (id: string): Reading<"getWebhookEndpoint"> =>
  reading(`/v1/webhook-endpoints/${id}`);
export const deliveriesPath = (id: string): Reading<"listDeliveries"> =>
  reading(`${webhookPath(id)}/deliveries?limit=100`);
export const conversationPath = (id: string): Reading<"getConversation"> =>
  reading(`/v1/conversations/${id}`);
export const messagesPath = (conversation: string): Reading<"listMessages"> =>
  reading(`${conversationPath(conversation)}/messages?limit=200`);

export const auditPath = (filter: {
  readonly action: string | null;
  readonly subject: string | null;
  readonly cursor: string | null;
}): Reading<"listAuditEntries"> => {
  const query = new URLSearchParams({ limit: "50" });
  for (const name of ["action", "subject", "cursor"] as const)
    if (filter[name] !== null) query.set(name, filter[name]);
  return reading(`/v1/audit?${query}`);
};

export const conversationsPath = (filter: {
  readonly state: string | null;
  readonly cursor: string | null;
}): Reading<"listConversations"> => {
  const query = new URLSearchParams({ limit: "25" });
  if (filter.state !== null) query.set("state", filter.state);
  if (filter.cursor !== null) query.set("cursor", filter.cursor);
  return reading(`/v1/conversations?${query}`);
};
