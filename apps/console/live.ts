import type { Action, Answered } from "./actions.ts";
import type { Calls } from "./calls.ts";
import { createFeed } from "./feed.ts";
import type { HandsetMessage, Message, Page } from "./model.ts";
import { isMeasured, listens, needs } from "./needs.ts";
import type { State } from "./state.ts";

/** How often what is measured is read anew (milliseconds), and at most how rarely when nobody answers. */
const EVERY_MS = 1_000;
const EVERY_MAX_MS = 15_000;
/** While events come, whatever they tell of is read this many times more rarely. */
const RARELY = 10;
/** Events of so long (milliseconds) are answered by one reading … */
const GATHER_MS = 150;
/** … and while they keep coming, no more often than this: five consoles beside hundreds of texts a second are to cost next to nothing. */
const APART_MS = 1_000;
/** Of a long conversation so many pages are read. */
const PAGES_MAX = 10;

export interface Live {
  /** Looks at once at what the state needs now. */
  refresh(): void;
}

/** Keeps what the screen shows fresh, by events and by asking again: the only place that knows how. */
export const startLive = (calls: Calls, stateNow: () => State, dispatch: (action: Action) => void): Live => {
  const running = new Set<string>();
  const streams = new Map<string, EventSource>();
  let failures = 0;
  let rounds = 0;
  let isFed = false;
  let isGathering = false;
  let gatheredAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const feed = createFeed(
    (event) => {
      dispatch({ kind: "event", event });
      if (isGathering) return;
      isGathering = true;
      const rest = gatheredAt + APART_MS - performance.now();
      setTimeout(
        () => {
          isGathering = false;
          gatheredAt = performance.now();
          readAll((path) => !isMeasured(path));
        },
        Math.max(GATHER_MS, rest),
      );
    },
    (isOpen) => {
      isFed = isOpen;
    },
  );

  const isResting = (): boolean =>
    document.visibilityState === "hidden" || stateNow().connection === "paused";

  const readAll = (isDue: (path: string) => boolean): void => {
    if (isResting()) return;
    for (const path of needs(stateNow())) if (isDue(path)) void readOne(path);
  };

  const readOne = async (path: string): Promise<void> => {
    if (running.has(path)) return;
    running.add(path);
    const known = stateNow().resources[path]?.data != null;
    const answered = await readPages(calls, path, known);
    running.delete(path);
    const status = answered === null || answered.ok ? 200 : answered.problem.status;
    failures = status === 0 || status === 429 ? failures + 1 : 0;
    if (status === 0) dispatch({ kind: "away" });
    else if (answered !== null && status !== 429) dispatch({ kind: "read", path, answered, now: Date.now() });
    else if (stateNow().connection === "away") dispatch({ kind: "back" });
  };

  const listen = (): void => {
    const { session, connection } = stateNow();
    if (session?.signedIn && connection !== "paused") feed.open();
    else feed.close();
    const wanted = new Set(isResting() ? [] : listens(stateNow()));
    for (const [number, stream] of streams) {
      if (wanted.has(number)) continue;
      stream.close();
      streams.delete(number);
    }
    for (const handset of wanted) {
      if (streams.has(handset)) continue;
      const stream = new EventSource(`/console/carrier/handsets/${handset}/events?after=hs_000000000000`);
      stream.addEventListener("message", ({ data }) => {
        dispatch({ kind: "inbox", handset, message: JSON.parse(String(data)) as HandsetMessage });
      });
      streams.set(handset, stream);
    }
  };

  const round = (): void => {
    clearTimeout(timer);
    timer = setTimeout(round, Math.min(EVERY_MAX_MS, EVERY_MS * 2 ** Math.min(failures, 4)));
    rounds += 1;
    dispatch({ kind: "tick", now: Date.now() });
    listen();
    readAll((path) => !isFed || isMeasured(path) || rounds % RARELY === 0);
  };
  document.addEventListener("visibilitychange", round);
  round();

  return {
    refresh: () => {
      listen();
      readAll(() => true);
    },
  };
};

/** A list of messages is read whole, as a phone has no use for its oldest part alone. */
const readPages = async (calls: Calls, path: string, known: boolean): Promise<Answered | null> => {
  const first = await calls.read(path, known);
  if (!first?.ok || !path.includes("/messages?")) return first;
  const items: Message[] = [];
  let page = first.value as Page<Message>;
  for (let pages = 1; ; pages += 1) {
    items.push(...page.items);
    if (page.next === null || pages === PAGES_MAX) return { ok: true, value: { ...page, items } };
    const next = await calls.read(`${path}&cursor=${encodeURIComponent(page.next)}`, false);
    if (!next?.ok) return next;
    page = next.value as Page<Message>;
  }
};
