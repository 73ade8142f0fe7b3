import type { LinkView } from "#core/domain/choose-link.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { Pacing } from "./pacing.ts";

/** The links as they are when messages are about to leave: looked at once for many messages, and kept up as they leave. */
export interface LinkViews {
  readonly all: readonly LinkView[];
  readonly byName: ReadonlyMap<string, CarrierLink>;
  /** Messages that all links together may have under way. */
  readonly window: number;
  /** Whether all links that are used now have as much under way as they may: an answer is what is waited for. */
  isFull(): boolean;
  /** At a moment of the steady clock. */
  look(at: number): void;
  /** A message leaves over a link. */
  occupy(link: string, at: number): void;
  /** What became of it is durable. */
  settle(link: string): void;
}

interface Way extends LinkView {
  readonly link: CarrierLink;
  up: boolean;
  room: number;
  openAt: number;
  window: number;
  /** Sent, answered or not, and not yet durably recorded: what a crash now would send twice. Never more than the window. */
  unsettled: number;
}

export const createLinkViews = (links: readonly CarrierLink[], pacing: Pick<Pacing, "openAt">): LinkViews => {
  const ways: readonly Way[] = links.map((link) => ({
    link,
    name: link.name,
    kind: link.kind,
    up: false,
    room: 0,
    openAt: 0,
    window: link.status().window,
    unsettled: 0,
  }));
  const wayByName = new Map(ways.map((way) => [way.name, way]));

  const measure = (way: Way): void => {
    way.room = Math.min(way.link.room(), way.window - way.unsettled);
  };

  return {
    all: ways,
    byName: new Map(links.map((link) => [link.name, link])),
    get window() {
      return ways.reduce((sum, { window }) => sum + window, 0);
    },
    isFull: () => {
      const up = ways.filter((way) => way.up);
      const binds = up.filter(({ kind }) => kind === "smpp");
      return up.length > 0 && (binds.length > 0 ? binds : up).every(({ room }) => room <= 0);
    },
    look: (at) => {
      for (const way of ways) {
        const { state, window } = way.link.status();
        way.up = state === "up";
        way.window = window;
        measure(way);
        way.openAt = pacing.openAt(way.kind, at);
      }
    },
    occupy: (name, at) => {
      const used = wayByName.get(name)!;
      used.unsettled += 1;
      measure(used);
      // Links of a kind share an account.
      const openAt = pacing.openAt(used.kind, at);
      for (const way of ways) if (way.kind === used.kind) way.openAt = openAt;
    },
    settle: (name) => {
      wayByName.get(name)!.unsettled -= 1;
    },
  };
};
