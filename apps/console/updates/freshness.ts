import type { Answered } from "#apps/console/actions.ts";
import type { Link, Page } from "#apps/console/model.ts";
import { LINKS } from "#apps/console/needs.ts";
import type { State } from "#apps/console/state.ts";
import { signedOut } from "./sessions.ts";
import { still, type Updates } from "./step.ts";

const SAMPLES_MAX = 121;
/** So many can be looked at; the log has the others. */
const EVENTS_MAX = 200;

/** What was read anew, what has happened, and whether anybody answers at all. */
export const freshnessUpdates: Updates<"read" | "event" | "away" | "back" | "pause"> = {
  read: (state, { path, answered, now }) => still(read(state, path, answered, now)),
  event: (state, { event }) => {
    const isKnown = state.events.some(({ id }) => id === event.id);
    return still(isKnown ? state : { ...state, events: [...state.events, event].slice(-EVENTS_MAX) });
  },
  away: (state) => still(state.connection === "paused" ? state : { ...state, connection: "away" }),
  back: (state) => still(state.connection === "away" ? { ...state, connection: "live" } : state),
  pause: (state) => still({ ...state, connection: state.connection === "paused" ? "live" : "paused" }),
};

const read = (state: State, path: string, answer: Answered, now: number): State => {
  if (!answer.ok && answer.problem.status === 401) return signedOut(state);
  const known = state.resources[path];
  const resource = answer.ok
    ? { data: answer.value, problem: null }
    : { data: known?.data ?? null, problem: answer.problem };
  const connection = state.connection === "paused" ? "paused" : "live";
  const next = { ...state, connection, now, resources: { ...state.resources, [path]: resource } } as const;
  return path === LINKS && answer.ok ? sampled(next, answer.value as Page<Link>) : next;
};

const sampled = (state: State, { items }: Page<Link>): State => {
  const total = (of: (link: Link) => number): number => items.reduce((sum, link) => sum + of(link), 0);
  const sample = {
    at: state.now,
    sent: total((link) => link.sent),
    throttled: total((link) => link.throttled),
  };
  return { ...state, samples: [...state.samples, sample].slice(-SAMPLES_MAX) };
};
