import fc from "fast-check";
import { expect, test } from "vitest";
import { noAnswer } from "#apps/client/problem.ts";
import type { Action, Effect } from "#apps/console/actions.ts";
import { RETRIES_AT_ONCE } from "#apps/console/retry.ts";
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

/** What became of a text, and of the conversation that it belongs to. */
interface Failed {
  readonly code: string;
  readonly isLate: boolean;
  readonly isOpen: boolean;
  readonly isSenderGone: boolean;
  readonly isErased: boolean;
  readonly isRefused: boolean;
}

const failed: fc.Arbitrary<Failed> = fc.record({
  code: fc.constantFrom(CODE, CODE, CODE, "other"),
  isLate: fc.boolean(),
  ...{ isOpen: fc.boolean(), isSenderGone: fc.boolean(), isErased: fc.boolean(), isRefused: fc.boolean() },
});

type Call = Extract<Effect, { readonly kind: "call" }>;

/** The API, as far as texts are sent again; `sent` gets every text that was handed in. */
const answerOf = (texts: readonly Failed[], { command, request, idempotencyKey }: Call, sent: string[]) => {
  const [name, id = ""] = command.split(" ");
  const text = texts[Number(id.slice("msg_".length))];
  if (name === "retry-count") {
    const from = "query" in request && request.query && "after" in request.query ? request.query.after : "";
    const first = from === "first" ? 0 : Number(from);
    const items = texts.slice(first, first + 2).map(({ code, isLate }, index) => ({
      subject: `msg_${first + index}`,
      timestamp: new Date(SINCE + (isLate ? 1 : -1)).toISOString(),
      data: { code },
    }));
    return { ok: true as const, value: { items, next: String(first + items.length) } };
  }
  if (name === "retry-read") {
    const body = text?.isErased ? null : "Hello";
    return {
      ok: true as const,
      value: { id, conversationId: `cnv_${id}`, sender: "par_1", recipient: "par_2", text: body },
    };
  }
  if (name === "retry-check")
    return {
      ok: true as const,
      value: {
        id: `cnv_${id}`,
        state: text?.isOpen ? "open" : "closed",
        participants: [{ id: text?.isSenderGone ? "par_3" : "par_1" }, { id: "par_2" }],
      },
    };
  if (text?.isRefused) return { ok: false as const, problem: noAnswer("refused") };
  sent.push(idempotencyKey ?? "");
  return { ok: true as const, value: { items: [] } };
};

/** Answers one open call after another, in an order that `choose` says, and does `meanwhile` after so many. */
const play = (
  texts: readonly Failed[],
  choose: (open: number) => number,
  meanwhile: ReadonlyMap<number, Action> = new Map(),
) => {
  const sent: string[] = [];
  let open: Call[] = [];
  let state = start;
  let widest = 0;
  const act = (action: Action): void => {
    const step = update(state, action);
    state = step.state;
    open = [...open, ...step.effects.flatMap((each) => (each.kind === "call" ? [each] : []))];
    widest = Math.max(widest, open.length);
  };
  const settle = (): void => {
    for (let answers = 0; open.length > 0; answers += 1) {
      const [call] = open.splice(choose(open.length) % open.length, 1);
      act({ kind: "answered", command: call!.command, answered: answerOf(texts, call!, sent) });
      const action = meanwhile.get(answers);
      if (action) act(action);
    }
  };
  act({ kind: "retry", code: CODE, since: SINCE });
  settle();
  act({ kind: "retry-found" });
  settle();
  return { sent, state, widest };
};

const order = fc.func(fc.nat(100)) as fc.Arbitrary<(open: number) => number>;

test("each text of the code that is still for the same two is sent once, and few at a time", () => {
  fc.assert(
    fc.property(fc.array(failed, { maxLength: 12 }), order, (texts, choose) => {
      const { sent, state, widest } = play(texts, choose);
      const ofCode = texts.flatMap((text, index) =>
        text.code === CODE && text.isLate ? [{ ...text, id: `msg_${index}` }] : [],
      );
      const wanted = ofCode.filter(
        ({ isOpen, isSenderGone, isErased, isRefused }) => isOpen && !isSenderGone && !isErased && !isRefused,
      );
      expect(sent.toSorted()).toEqual(wanted.map(({ id }) => `console-retry-${id}`).toSorted());
      expect(widest).toBeLessThanOrEqual(RETRIES_AT_ONCE);
      expect(state.retry).toMatchObject({
        phase: "over",
        sent: wanted.length,
        refused: ofCode.length - wanted.length,
      });
    }),
  );
});

test("stopped, it begins no more, and what is under way is counted", () => {
  const good = {
    code: CODE,
    isLate: true,
    isOpen: true,
    isSenderGone: false,
    isErased: false,
    isRefused: false,
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(40), order, (count, after, choose) => {
      const texts = Array.from({ length: count }, () => good);
      const { sent, state } = play(texts, choose, new Map([[after, { kind: "stop-retry" }]]));
      const { retry } = state;
      if (retry === null) return;
      expect(retry.sent).toBe(sent.length);
      expect(retry.running).toEqual({});
      expect(retry.sent).toBe(retry.begun);
    }),
  );
});

test("a key that may only read counts nothing and sends nothing", () => {
  const reader: State = { ...start, session: { ...start.session!, scope: "read" } };
  expect(update(reader, { kind: "retry", code: CODE, since: SINCE }).effects).toEqual([]);
});
