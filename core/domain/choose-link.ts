import type { LinkKind } from "./link-kind.ts";

/** A link as the choice sees it. */
export interface LinkView {
  readonly name: string;
  readonly kind: LinkKind;
  readonly up: boolean;
  /** Segments that it would take now; 0 when its window is full. */
  readonly room: number;
  /** When the account's rate lets the next segment leave: now or later. */
  readonly openAt: number;
}

export interface LinkChoice {
  readonly links: readonly LinkView[];
  /** The link over which earlier parts of the same text went. */
  readonly pinned: string | null;
  /** How long the message has been waiting to leave, in milliseconds. */
  readonly waitedMs: number;
  /** A message that waited this long goes over HTTP although a bind is up. */
  readonly fallbackAfterMs: number;
  readonly now: number;
}

/** The link to use now, or the instant at which asking again may give another answer (null: when a link changes). */
export type Chosen =
  | { readonly kind: "use"; readonly link: string }
  | { readonly kind: "wait"; readonly until: number | null };

/**
 * SMPP first, the bind with the most room; HTTP when no bind is up, or when the message has waited too long for one.
 * The parts of one text stay on one link: carriers join only what came over the same server.
 */
export const chooseLink = ({ links, pinned, waitedMs, fallbackAfterMs, now }: LinkChoice): Chosen => {
  const pin = pinned === null ? undefined : links.find(({ up, name }) => up && name === pinned);
  if (pin) return isOpen(pin, now) ? use(pin) : wait([pin], now);
  const bind = roomiest(links, "smpp", now);
  if (bind) return use(bind);
  const up = links.filter((link) => link.up);
  const binds = up.filter(({ kind }) => kind === "smpp");
  const https = up.filter(({ kind }) => kind === "http");
  const mayFallBack = binds.length === 0 || waitedMs >= fallbackAfterMs;
  if (!mayFallBack) {
    const fallbackAt = now + fallbackAfterMs - waitedMs;
    const waiting = wait(binds, now);
    if (https.length === 0) return waiting;
    return { kind: "wait", until: waiting.until === null ? fallbackAt : Math.min(waiting.until, fallbackAt) };
  }
  const http = roomiest(https, "http", now);
  return http ? use(http) : wait([...binds, ...https], now);
};

const isOpen = (link: LinkView, now: number): boolean => link.room > 0 && link.openAt <= now;

/** Of those that are up and open; a loop, since it is asked for every message. */
const roomiest = (links: readonly LinkView[], kind: LinkKind, now: number): LinkView | null => {
  let best: LinkView | null = null;
  for (const link of links) {
    if (!link.up || link.kind !== kind || !isOpen(link, now)) continue;
    if (best === null || link.room > best.room) best = link;
  }
  return best;
};

const use = (link: LinkView): { readonly kind: "use"; readonly link: string } => ({
  kind: "use",
  link: link.name,
});

/** A full window opens when an answer comes, which the link reports; a rate opens by itself. */
const wait = (
  links: readonly LinkView[],
  now: number,
): { readonly kind: "wait"; readonly until: number | null } => {
  const openings = links.filter(({ room, openAt }) => room > 0 && openAt > now).map(({ openAt }) => openAt);
  return { kind: "wait", until: openings.length > 0 ? Math.min(...openings) : null };
};
