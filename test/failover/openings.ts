import { API_SECRET, type StartedApi } from "#test/bench/parts/api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

/** Conversations that are opened over HTTP at two processes by turns, each until one of them says that it is. */
export interface Openings {
  /** How many were said to be open, and how long the slowest took. */
  opened(): { readonly count: number; readonly longestMs: number };
  /** Those of them that nobody knows any more. */
  lost(): Promise<number>;
  stop(): Promise<void>;
}

const EVERY_MS = 500;
const AGAIN_MS = 250;
const ANSWER_MS = 10_000;

export const startOpenings = (apis: readonly StartedApi[]): Openings => {
  const ids: string[] = [];
  let longestMs = 0;
  let isOver = false;
  let calls = 0;

  const call = async (path: string, init: RequestInit = {}): Promise<Response | null> => {
    const { port } = apis[calls++ % apis.length]!;
    return fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${API_SECRET}`, "content-type": "application/json", ...init.headers },
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => null);
  };
  const open = async (n: number): Promise<void> => {
    const number = (side: number): string => `+${447_800_000_000 + 2 * n + side}`;
    const body = JSON.stringify({
      participants: [{ number: number(0) }, { number: number(1) }],
      intro: false,
      reference: `opening-${n}`,
    });
    const startedAt = performance.now();
    for (;;) {
      const reply = await call("/v1/conversations", {
        method: "POST",
        headers: { "idempotency-key": `opening-${n}` },
        body,
      });
      const opened = reply?.ok ? await bodyOf(reply) : null;
      if (opened !== null) {
        ids.push(opened.id);
        longestMs = Math.max(longestMs, performance.now() - startedAt);
        return;
      }
      if (reply && !reply.ok && reply.status < 500 && reply.status !== 409 && reply.status !== 429)
        throw new Error(`A conversation cannot be opened: ${reply.status}`);
      await pause(AGAIN_MS);
    }
  };
  const loop = (async () => {
    for (let n = 0; !isOver; n += 1) {
      await open(n);
      await pause(EVERY_MS);
    }
  })();
  loop.catch(() => {});

  return {
    opened: () => ({ count: ids.length, longestMs }),
    lost: async () => {
      let lost = 0;
      for (const id of ids) {
        const isKnown = await eventually(
          async () => {
            const reply = await call(`/v1/conversations/${id}`);
            await reply?.body?.cancel().catch(() => {});
            return reply?.status === 404 ? "no" : reply?.ok && "yes";
          },
          "the API answers",
          60_000,
        );
        if (isKnown === "no") lost += 1;
      }
      return lost;
    },
    stop: () => {
      isOver = true;
      return loop;
    },
  };
};

/** Null: the answer was cut off. */
const bodyOf = (reply: Response): Promise<{ readonly id: string } | null> =>
  reply.json().then(
    (body) => body as { readonly id: string },
    () => null,
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
