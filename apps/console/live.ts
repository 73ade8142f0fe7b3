import type { Action, Answered } from "./actions.ts";
import type { Client } from "./client.ts";
import type { HandsetMessage, Message, Page } from "./model.ts";
import { listens, needs } from "./needs.ts";
import type { State } from "./state.ts";

/** How often what is shown is read anew (milliseconds), and at most how rarely when nobody answers. */
const EVERY_MS = 1_000;
const EVERY_MAX_MS = 15_000;
/** Of a long conversation so many pages are read. */
const PAGES_MAX = 10;

export interface Live {
  /** Looks at once at what the state needs now. */
  refresh(): void;
}

/** Keeps what the screen shows fresh: the only place that knows how. */
export const startLive = (
  client: Client,
  stateNow: () => State,
  dispatch: (action: Action) => void,
): Live => {
  const running = new Set<string>();
  const streams = new Map<string, EventSource>();
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const readOne = async (path: string): Promise<void> => {
    if (running.has(path)) return;
    running.add(path);
    const known = stateNow().resources[path]?.data != null;
    const answered = await readPages(client, path, known);
    running.delete(path);
    const isAway = answered !== null && !answered.ok && answered.problem.status === 0;
    failures = isAway ? failures + 1 : 0;
    if (isAway) dispatch({ kind: "away" });
    else if (answered !== null) dispatch({ kind: "read", path, answered, now: Date.now() });
    else if (stateNow().connection === "away") dispatch({ kind: "back" });
  };

  const listen = (): void => {
    const wanted = new Set(stateNow().connection === "paused" ? [] : listens(stateNow()));
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
    dispatch({ kind: "tick", now: Date.now() });
    listen();
    if (document.visibilityState === "hidden" || stateNow().connection === "paused") return;
    for (const path of needs(stateNow())) void readOne(path);
  };
  document.addEventListener("visibilitychange", round);
  round();

  return {
    refresh: () => {
      listen();
      for (const path of needs(stateNow())) void readOne(path);
    },
  };
};

/** A list of messages is read whole, as a thread has no use for its oldest part alone. */
const readPages = async (client: Client, path: string, known: boolean): Promise<Answered | null> => {
  const first = await client.read(path, known);
  if (!first?.ok || !path.includes("/messages?")) return first;
  const items: Message[] = [];
  let page = first.value as Page<Message>;
  for (let pages = 1; ; pages += 1) {
    items.push(...page.items);
    if (page.next === null || pages === PAGES_MAX) return { ok: true, value: { ...page, items } };
    const next = await client.read(`${path}&cursor=${encodeURIComponent(page.next)}`, false);
    if (!next?.ok) return next;
    page = next.value as Page<Message>;
  }
};
