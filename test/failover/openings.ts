import { API_SECRET, type StartedApi } from "#test/bench/parts/api.ts";

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
      if (reply?.ok) {
        ids.push(((await reply.json()) as { id: string }).id);
        longestMs = Math.max(longestMs, performance.now() - startedAt);
        return;
      }
      if (reply && reply.status < 500 && reply.status !== 409 && reply.status !== 429)
        throw new Error(`A conversation cannot be opened: ${reply.status} ${await reply.text()}`);
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
        const reply = await call(`/v1/conversations/${id}`);
        if (reply?.status === 404) lost += 1;
        else if (!reply?.ok) throw new Error(`A conversation cannot be read: ${reply?.status}`);
        await reply?.body?.cancel();
      }
      return lost;
    },
    stop: () => {
      isOver = true;
      return loop;
    },
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
