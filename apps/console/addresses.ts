/** A screen of the console. What can be filtered stands in its address, so that it can be kept and sent to somebody. */
export type Screen =
  | { readonly name: "now" | "find" | "links" | "explain" | "services" | "playground" | "nowhere" }
  | {
      readonly name: "conversations";
      readonly state: "open" | "closed" | null;
      readonly cursor: string | null;
    }
  | { readonly name: "conversation"; readonly id: string; readonly message: string | null }
  | { readonly name: "numbers"; readonly country: string | null }
  | { readonly name: "webhooks"; readonly service: string | null }
  | { readonly name: "webhook"; readonly id: string }
  | { readonly name: "service"; readonly slug: string }
  | { readonly name: "events"; readonly kind: EventKind | null }
  | { readonly name: "failures"; readonly since: "day" | "week" }
  | {
      readonly name: "audit";
      readonly action: string | null;
      readonly subject: string | null;
      readonly cursor: string | null;
    };

/** What events are about: the first word of their types. */
export const EVENT_KINDS = [
  ...(["message", "conversation", "participant", "number", "pool", "link"] as const),
  ...(["leak", "abuse", "audit"] as const),
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type Zone = "local" | "utc";

export interface Address {
  readonly screen: Screen;
  readonly zone: Zone;
}

const SIMPLE = ["find", "links", "explain", "services", "playground"] as const;
const WEBHOOK = /^\/console\/webhooks\/(whe_[0-9a-z]{26})$/;
const ACTION = /^[a-z-]{1,30}\.[a-z-]{1,29}$/;
const SUBJECT = /^[A-Za-z0-9_:+.-]{1,100}$/;
const SERVICE = /^[a-z0-9-]{1,40}$/;
const SERVICE_PAGE = /^\/console\/services\/([a-z0-9-]{1,40})$/;
const CONVERSATION = /^\/console\/conversations\/(cnv_[0-9a-z]{26})$/;

/** Reads `path` and `search`, as a browser shows them; whatever is unknown is nowhere, and never an error. */
export const readAddress = (path: string, search: string): Address => {
  const query = new URLSearchParams(search);
  return { screen: screenAt(path, query), zone: query.get("zone") === "utc" ? "utc" : "local" };
};

const screenAt = (path: string, query: URLSearchParams): Screen => {
  if (path === "/" || path === "/console" || path === "/console/") return { name: "now" };
  const [, id] = CONVERSATION.exec(path) ?? [];
  if (id !== undefined) return { name: "conversation", id, message: messageIn(query) };
  const [, webhook] = WEBHOOK.exec(path) ?? [];
  if (webhook !== undefined) return { name: "webhook", id: webhook };
  const [, slug] = SERVICE_PAGE.exec(path) ?? [];
  if (slug !== undefined) return { name: "service", slug };
  const name = path.replace(/^\/console\//, "");
  if (name === "conversations") {
    const state = query.get("state");
    return {
      name,
      state: state === "open" || state === "closed" ? state : null,
      cursor: query.get("cursor") || null,
    };
  }
  if (name === "numbers") {
    const country = query.get("country") ?? "";
    return { name, country: /^[A-Z]{2}$/.test(country) ? country : null };
  }
  if (name === "webhooks") {
    const service = query.get("service") ?? "";
    return { name, service: SERVICE.test(service) ? service : null };
  }
  if (name === "events")
    return { name, kind: EVENT_KINDS.find((each) => each === query.get("kind")) ?? null };
  if (name === "audit") {
    const [action, subject] = [query.get("action") ?? "", query.get("subject") ?? ""];
    return {
      name,
      action: ACTION.test(action) ? action : null,
      subject: SUBJECT.test(subject) ? subject : null,
      cursor: query.get("cursor") || null,
    };
  }
  if (name === "failures") return { name, since: query.get("since") === "week" ? "week" : "day" };
  const simple = SIMPLE.find((each) => each === name);
  return { name: simple ?? "nowhere" };
};

const messageIn = (query: URLSearchParams): string | null => {
  const message = query.get("message") ?? "";
  return /^msg_[0-9a-z]{26}$/.test(message) ? message : null;
};

/** The address of a screen, from the root of the host. */
export const writeAddress = ({ screen, zone }: Address): string => {
  const query = new URLSearchParams(zone === "utc" ? { zone } : {});
  const set = (name: string, value: string | null): void => {
    if (value !== null) query.set(name, value);
  };
  if (screen.name === "conversations") {
    set("state", screen.state);
    set("cursor", screen.cursor);
  }
  if (screen.name === "conversation") set("message", screen.message);
  if (screen.name === "numbers") set("country", screen.country);
  if (screen.name === "webhooks") set("service", screen.service);
  if (screen.name === "events") set("kind", screen.kind);
  if (screen.name === "audit") {
    set("action", screen.action);
    set("subject", screen.subject);
    set("cursor", screen.cursor);
  }
  if (screen.name === "failures" && screen.since === "week") set("since", "week");
  const search = query.toString();
  return `${pathOf(screen)}${search === "" ? "" : `?${search}`}`;
};

const pathOf = (screen: Screen): string => {
  switch (screen.name) {
    case "now":
      return "/";
    case "conversation":
      return `/console/conversations/${screen.id}`;
    case "webhook":
      return `/console/webhooks/${screen.id}`;
    case "service":
      return `/console/services/${screen.slug}`;
    default:
      return `/console/${screen.name}`;
  }
};
