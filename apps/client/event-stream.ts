import { patience } from "./patience.ts";
import { noAnswer, problemError, problemIn } from "./problem.ts";
import { type Frame, frameReader } from "./server-sent-events.ts";
import type { Transport } from "./transport.ts";

/** The first piece of a stream comes at once, unless a proxy keeps it back (milliseconds). */
const FIRST_PIECE_MS = 10_000;
/** The server says something every 15 seconds (milliseconds). */
const SILENCE_MS = 45_000;

/** The cause of a problem that only streams have. */
export const NOT_STREAMED = "Nothing is streamed";

interface Asked {
  readonly after: string | undefined;
  readonly types: string | undefined;
}

/** The frames of one stream, until it ends; rejects with a problem where it breaks. */
export const framesOf = async function* (
  transport: Transport,
  { after, types }: Asked,
  signal: AbortSignal | undefined,
): AsyncGenerator<Frame, void, void> {
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const { within } = patience(transport, signal, "There is no stream, or it broke");
  try {
    const call = {
      method: "GET",
      path: "/v1/events",
      query: { after, types },
      headers: { accept: "text/event-stream" },
    } as const;
    const response = await within(FIRST_PIECE_MS, transport.fetchOnce(call, either), NOT_STREAMED);
    if (!response.ok) {
      const text = await within(FIRST_PIECE_MS, response.text(), null);
      throw problemError(problemIn(response, text, transport.now()));
    }
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream"))
      throw problemError(noAnswer("What is answered is no stream"), NOT_STREAMED);
    const reader = response.body.getReader();
    const { push } = frameReader();
    for (let pieces = 0; ; pieces += 1) {
      const { value, done } = await within(
        pieces === 0 ? FIRST_PIECE_MS : SILENCE_MS,
        reader.read(),
        pieces === 0 ? NOT_STREAMED : null,
      );
      if (done) return;
      yield* push(value);
    }
  } finally {
    over.abort();
  }
};
