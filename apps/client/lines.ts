import { patience } from "./patience.ts";
import { noAnswer, problemError, problemIn } from "./problem.ts";
import type { Call, Transport } from "./transport.ts";

/** A line of more characters than this comes from something else. */
const LENGTH_MAX = 1_000_000;

/** What is answered as lines of JSON, as it comes; rejects with a problem where it breaks off. Not tried again: a part of it may be read already. */
export const linesOf = async function* <T>(transport: Transport, call: Call): AsyncGenerator<T, void, void> {
  const { signal } = call;
  const over = new AbortController();
  const { within } = patience(transport, signal, "There are no lines, or they broke off");
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  try {
    const response = await within(transport.timeoutMs, transport.fetchOnce(call, either));
    if (!response.ok || !response.body) {
      const text = await within(transport.timeoutMs, response.text());
      throw problemError(problemIn(response, text, transport.now()));
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await within(transport.timeoutMs, reader.read());
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop()!;
      if (rest.length > LENGTH_MAX) throw problemError(noAnswer("What is answered are no lines"));
      for (const line of lines) if (line !== "") yield JSON.parse(line) as T;
      if (!done) continue;
      if (rest !== "") throw problemError(noAnswer("The last line is not whole"));
      return;
    }
  } finally {
    over.abort();
  }
};
