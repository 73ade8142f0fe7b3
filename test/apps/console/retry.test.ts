import fc from "fast-check";
import { expect, test } from "vitest";
import { noAnswer } from "#apps/client/problem.ts";
import type { Action, Effect } from "#apps/console/actions.ts";
import { firstState, type State } from "#apps/console/state.ts";
import { update } from "#apps/console/update.ts";

const SINCE = Date.parse("2026-01-31T00:00:00Z");
const CODE = "receipt-1";

const start: State = {
  ...firstState(
    { screen: { name: "failures", since: "day" }, zone: "utc" },
    { language: "en", theme: "auto", density: "normal" },
    0,
  ),
  session: { signedIn: true, name: "n", scope: "admin", service: null, until: null, sandbox: false },
};

type Call = Extract<Effect, { readonly kind: "call" }>;

/** What the API answers to each page; `null`: it refuses. */
interface Told {
  readonly retried: number;
  readonly closed: number;
}

/** Answers one call after another, and does `meanwhile` while so many pages have been asked for. */
const play = (pages: readonly (Told | null)[], meanwhile: ReadonlyMap<number, Action> = new Map()) => {
  let state = start;
  let open: Call[] = [];
  let asked = 0;
  let widest = 0;
  const act = (action: Action): void => {
    const step = update(state, action);
    state = step.state;
    open = [...open, ...step.effects.flatMap((each) => (each.kind === "call" ? [each] : []))];
    widest = Math.max(widest, open.length);
  };
  const settle = (): void => {
    for (let call = open.shift(); call; call = open.shift()) {
      if (call.command === "retry-page") asked += 1;
      const action = meanwhile.get(asked);
      if (action && call.command === "retry-page") act(action);
      act({ kind: "answered", command: call.command, answered: answerTo(call) });
    }
  };
  const answerTo = ({ command, request }: Call) => {
    expect(request).toMatchObject({ path: "/v1/messages/retry", body: { code: CODE } });
    const found = pages.reduce((sum, page) => sum + (page ? page.retried + page.closed : 0), 0);
    if (command === "retry-count")
      return { ok: true as const, value: { found, retried: 0, refused: [], next: null } };
    const page = pages[asked - 1];
    if (!page) return { ok: false as const, problem: noAnswer("refused") };
    const next = asked < pages.length ? String(asked) : null;
    const refused = page.closed === 0 ? [] : [{ reason: "closed", count: page.closed }];
    return { ok: true as const, value: { retried: page.retried, refused, next } };
  };
  act({ kind: "retry", code: CODE, since: SINCE });
  settle();
  expect(state.retry?.phase).toBe("counted");
  act({ kind: "retry-found" });
  settle();
  return { state, asked, widest };
};

const told = fc.record({ retried: fc.nat(50), closed: fc.nat(50) });

test("page after page is sent, one at a time, and everything is counted", () => {
  fc.assert(
    fc.property(fc.array(told, { minLength: 1, maxLength: 8 }), (pages) => {
      const { state, asked, widest } = play(pages);
      expect(asked).toBe(pages.length);
      expect(widest).toBe(1);
      expect(state.retry).toMatchObject({
        ...{ phase: "over", isWaiting: false },
        sent: pages.reduce((sum, { retried }) => sum + retried, 0),
        refused: pages.reduce((sum, { closed }) => sum + closed, 0),
      });
    }),
  );
});

test("stopped, or refused, it asks for no more pages, and what is under way is counted", () => {
  fc.assert(
    fc.property(fc.array(told, { minLength: 2, maxLength: 8 }), fc.nat(6), (pages, at) => {
      const stopped = play(pages, new Map([[Math.min(at, pages.length - 2) + 1, { kind: "stop-retry" }]]));
      expect(stopped.asked).toBe(Math.min(at, pages.length - 2) + 1);
      const sent = pages.slice(0, stopped.asked).reduce((sum, { retried }) => sum + retried, 0);
      expect(stopped.state.retry).toMatchObject({ phase: "over", sent, isWaiting: false });
      const refused = play([pages[0]!, null, ...pages]);
      expect(refused.asked).toBe(2);
      expect(refused.state.retry).toMatchObject({ phase: "over", sent: pages[0]!.retried });
      expect(refused.state.retry?.problem).not.toBeNull();
    }),
  );
});

test("a key that may only read counts nothing and sends nothing", () => {
  const reader: State = { ...start, session: { ...start.session!, scope: "read" } };
  expect(update(reader, { kind: "retry", code: CODE, since: SINCE }).effects).toEqual([]);
  expect(update(reader, { kind: "retry-message", message: "msg_1" }).effects).toEqual([]);
});
