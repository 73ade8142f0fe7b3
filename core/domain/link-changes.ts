import type { NewEvent } from "./event.ts";
import type { LinkKind } from "./link-kind.ts";

/** A link of one of the processes that live. */
export interface KnownLink {
  readonly name: string;
  readonly kind: LinkKind;
  /** As `LinkHealth` has it. */
  readonly state: string;
}

interface ToldState {
  readonly of: string;
  readonly state: string;
}

export interface LinkChange extends ToldState {
  readonly event: NewEvent;
}

const MARK = "link";

/** It is neither begun nor ended: who paused it is told by an event of its own. */
const PAUSED = "paused";

/** A degraded link still sends or receives. */
const CARRIES: ReadonlySet<string> = new Set(["up", "degraded"]);

const nameOf = ({ kind, name }: Pick<KnownLink, "kind" | "name">): string => `${MARK} ${kind} ${name}`;

/**
 * Which links carry texts now and were not said to, or the other way round. Links of one name are one: as long as it carries texts in any
 * process, it is up. One that nobody has any more is down.
 */
export const linkChangesOf = (
  links: readonly KnownLink[],
  told: readonly ToldState[],
  at: number,
): readonly LinkChange[] => {
  const wasUp = new Set(
    told.filter(({ of, state }) => of.startsWith(`${MARK} `) && state === "up").map(({ of }) => of),
  );
  const isUp = (link: KnownLink): boolean =>
    CARRIES.has(link.state) || (link.state === PAUSED && wasUp.has(nameOf(link)));
  const up = new Set(links.filter(isUp).map(nameOf));
  return [
    ...[...up].filter((of) => !wasUp.has(of)).map((of) => changeTo("up", of, at)),
    // breakage: forget-vanished-link
    ...[...wasUp].filter((of) => !up.has(of)).map((of) => changeTo("down", of, at)),
  ].toSorted((a, b) => (a.of < b.of ? -1 : 1));
};

const changeTo = (state: "up" | "down", of: string, at: number): LinkChange => {
  const [, kind, ...name] = of.split(" ");
  const data = { kind: kind as LinkKind };
  return { of, state, event: { type: `link.${state}`, subject: name.join(" "), data, serviceId: null, at } };
};
