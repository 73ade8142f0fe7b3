import { framesOf, NOT_STREAMED } from "./event-stream.ts";
import { type Problem, problemOf } from "./problem.ts";
import { isPassing, waitBefore } from "./retry.ts";
import type { CallOptions, Transport } from "./transport.ts";
import type { Event, Operations, WebhookBodies } from "./types.gen.ts";

type Place = "subject" | "service" | "cursor";

/** Something that has happened, told apart by `type`. A newer server may tell of more types. */
export type FeedEvent = {
  [Type in keyof WebhookBodies]: Omit<Event, "type" | "data"> & {
    type: Type;
    data: Omit<WebhookBodies[Type]["data"], Place>;
  };
}[keyof WebhookBodies];

export interface EventPage {
  readonly items: readonly FeedEvent[];
  /** The cursor to go on from, also when there is nothing yet. */
  readonly next: string;
}

export interface FollowOptions {
  /** The cursor of the last event that you have; `first`: from the oldest that is kept; absent: from now. */
  readonly after?: string | undefined;
  /** Types, or patterns such as `message.*`; absent: all. */
  readonly types?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears why the feed was interrupted, before it goes on by itself. */
  readonly onInterruption?: ((problem: Problem) => void) | undefined;
}

const POLL_MS = 2_000;
/** Rounds without a stream, before one is tried again. */
const POLLS = 30;
/** After the server has ended a stream in good order, as when it is replaced (milliseconds). */
const RECONNECT_MS = 1_000;

/** The feed of events. It rejects only with what no other try would change, such as `cursor-expired`. */
export const eventFeed = (transport: Transport) => {
  const page = async (
    query: Operations["listEvents"]["query"] = {},
    options: CallOptions = {},
  ): Promise<EventPage> => {
    const { body } = await transport.send({ method: "GET", path: "/v1/events", query, ...options });
    return body as EventPage;
  };

  const follow = async function* (asked: FollowOptions = {}): AsyncGenerator<FeedEvent, never, void> {
    const { signal, onInterruption } = asked;
    const types = asked.types?.join(",");
    let after = asked.after;
    let polls = 0;
    let failures = 0;
    for (;;) {
      signal?.throwIfAborted();
      try {
        if (polls > 0) {
          const { items, next } = await page({ after, types, limit: 200 }, { signal });
          yield* items;
          after = next;
          failures = 0;
          if (items.length > 0) continue;
          polls -= 1;
          await transport.sleep(POLL_MS, signal);
          continue;
        }
        for await (const { id, event, data } of framesOf(transport, { after, types }, signal)) {
          failures = 0;
          after = id ?? after;
          if (event === "message" && data !== null) yield JSON.parse(data) as FeedEvent;
        }
        await transport.sleep(RECONNECT_MS * (0.5 + transport.random() / 2), signal);
      } catch (error) {
        signal?.throwIfAborted();
        const problem = problemOf(error);
        if (problem === null || !isPassing(problem)) throw error;
        onInterruption?.(problem);
        failures += 1;
        if (polls === 0 && isForStreamsAlone(error, problem)) polls = POLLS;
        else await transport.sleep(waitBefore(Math.min(failures, 10), problem, transport.random()), signal);
      }
    }
  };

  return Object.assign(follow, { page });
};

/** Something on the way keeps streams back, or the server has as many as it may: a page may well come. */
const isForStreamsAlone = (error: unknown, { status }: Problem): boolean =>
  status === 429 || (error as Error).cause === NOT_STREAMED;
