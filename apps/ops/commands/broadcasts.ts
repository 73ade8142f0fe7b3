import type { AnswerTo } from "#apps/client/main.ts";
import type { Command, Shown } from "#apps/ops/command.ts";
import { linesOf } from "#apps/ops/lines.ts";
import { fieldsOf } from "#apps/ops/table.ts";

type Broadcast = AnswerTo<{
  readonly method: "GET";
  readonly path: "/v1/broadcasts/{id}";
  readonly params: { readonly id: string };
}>;

const shown = (broadcast: Broadcast): Shown => ({
  data: broadcast,
  lines: fieldsOf({
    broadcast: broadcast.id,
    state: broadcast.state,
    ...broadcast.counts,
    "texts a second": broadcast.measuredRate,
    starts: broadcast.startAt,
    "queued by": broadcast.queuedBy,
    ended: broadcast.endedAt,
  }),
});

const ID = { name: "ID" } as const;

interface Accepted {
  readonly id: string;
  readonly accepted: number;
  readonly refused: number;
}

const move = (verb: "pause" | "resume" | "cancel", about: string): Command => ({
  words: `broadcast ${verb}`,
  takes: [ID],
  about,
  run: async ({ args: [id] }, { client, show }) => {
    const path = `/v1/broadcasts/{id}/${verb}` as const;
    show(shown(await client.call({ method: "POST", path, params: { id: id! }, body: {} })));
    return true;
  },
});

export const BROADCAST_COMMANDS: readonly Command[] = [
  {
    words: "broadcast send",
    takes: [{ name: "FILE" }],
    options: {
      "dry-run": { about: "Checks and counts, and sends nothing" },
      "start-at": { value: "TIME", about: "Not before, RFC 3339" },
      rate: { value: "N", about: "Texts a second at most" },
      "expires-after": { value: "DURATION", about: "What is not sent by then expires, such as 2h" },
      service: { value: "SERVICE", about: "The id or slug of a service (default)" },
      "idempotency-key": { value: "KEY", about: "The same again is not sent again; absent: a new one" },
    },
    about: "Sends many texts: a file of lines of JSON, or - for what comes in",
    run: async ({ args: [file], options }, { client, read, show }) => {
      const body = linesOf(await read(file!));
      const { status, body: answer } = await client.raw("POST", "/v1/broadcasts", {
        body,
        query: {
          dryRun: options["dry-run"] === true ? "true" : undefined,
          startAt: options["start-at"],
          rate: options.rate,
          expiresAfter: options["expires-after"],
          service: options.service,
        },
        ...(options["idempotency-key"] !== undefined && {
          idempotencyKey: String(options["idempotency-key"]),
        }),
      });
      const fields = Object.entries(answer as Accepted).map(([name, value]) => [
        name,
        typeof value === "object" && value !== null ? JSON.stringify(value) : value,
      ]);
      show({ data: answer, lines: fieldsOf(Object.fromEntries(fields)) });
      return status < 300;
    },
  },
  {
    words: "broadcast show",
    takes: [ID],
    about: "How far a broadcast is",
    run: async ({ args: [id] }, { client, show }) => {
      const path = "/v1/broadcasts/{id}" as const;
      show(shown(await client.call({ method: "GET", path, params: { id: id! } })));
      return true;
    },
  },
  move("pause", "Holds back what is not in the queue yet"),
  move("resume", "Goes on with it"),
  move("cancel", "Sends nothing more of it"),
];
