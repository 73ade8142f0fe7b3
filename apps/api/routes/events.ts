import { z } from "zod";
import { accepts } from "#apps/api/accepts.ts";
import { type Answer, ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { STREAMS_MAX } from "#apps/api/event-stream.ts";
import * as answers from "#apps/api/openapi/event-schemas.ts";
import { invalid, problem } from "#apps/api/problems.ts";
import { showEvent } from "#apps/api/show-event.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";

export const eventRoutes = ({ readEvents, openEventStream }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/events",
    operationId: "listEvents",
    tag: "Events",
    summary: "Reads the log of events after a cursor, or follows it live as server-sent events",
    scope: "read",
    query: z.strictObject({
      after: z.string().max(100, "is no cursor of the feed").optional().meta({
        description: "A cursor; `first`: from the oldest that is kept; absent: from now",
      }),
      types: z.string().max(1_000, "must be shorter").optional().meta({
        description: "Types, or patterns such as `message.*`, separated by commas; absent: all",
      }),
      limit: fields.pageLimit(200, 50),
    }),
    answers: { 200: answers.eventPage },
    live: answers.LIVE,
    problems: ["cursor-expired"],
    handle: async ({ query: { after, types, limit }, headers }) => {
      const isLive =
        accepts(headers.accept, ["application/json", "text/event-stream"]) === "text/event-stream";
      const resumed = isLive ? headers["last-event-id"]?.toString() || undefined : undefined;
      const filter = {
        types: types === undefined ? null : types.split(",").map((type) => type.trim()),
        // A key of one service reads the events of that one, whatever it asks for.
        service: null,
      };
      const outcome = await readEvents({ after: resumed ?? after ?? null, limit, ...filter });
      switch (outcome.kind) {
        case "unknown-type":
          return UNKNOWN_TYPE;
        case "unknown-cursor":
          return UNKNOWN_CURSOR;
        case "expired":
          return problem("cursor-expired", "What came after the cursor has been dropped", {
            oldest: outcome.oldest,
          });
        case "page": {
          if (!isLive) return ok({ items: outcome.items.map(showEvent), next: outcome.next });
          const stream = openEventStream(outcome, filter);
          return stream === null ? TOO_MANY_STREAMS : { ...LIVE, stream };
        }
      }
    },
  }),
];

const LIVE: Answer = {
  status: 200,
  body: undefined,
  headers: {
    "Content-Type": "text/event-stream; charset=utf-8",
    // Some proxies keep an answer back until it is whole, unless told not to.
    "X-Accel-Buffering": "no",
    // A process that ends need not wait for another request.
    Connection: "close",
  },
};

const UNKNOWN_TYPE = invalid({
  path: "types",
  message: "must be types of events or patterns such as message.*, separated by commas",
});
const UNKNOWN_CURSOR = invalid({ path: "after", message: "is no cursor of the feed" });
const TOO_MANY_STREAMS = problem("too-many-requests", `At most ${STREAMS_MAX} live feeds at a time`, {
  headers: { "Retry-After": "5" },
});
