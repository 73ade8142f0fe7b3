import { Readable } from "node:stream";
import { z } from "zod";
import { type Answer, accepted, ok } from "#apps/api/answers.ts";
import { type BodyLines, type JsonLine, NDJSON } from "#apps/api/body-lines.ts";
import {
  broadcastLine,
  broadcastOptions,
  broadcastQuery,
  readLine,
  saysOptions,
} from "#apps/api/broadcast-lines.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/broadcast-schemas.ts";
import { invalid, problem } from "#apps/api/problems.ts";
import {
  broadcastId,
  messageId,
  optionalServiceName,
  readBroadcastId,
  serviceName,
} from "#apps/api/public-ids.ts";
import { BROADCAST_OVER, NO_BROADCAST, NO_SERVICE, WITHDRAWN } from "#apps/api/refusals.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import { validate } from "#apps/api/validation.ts";
import { LINE_STATES, LINES_MAX } from "#core/domain/broadcast.ts";
import type { LineResult } from "#core/ports/broadcasts.ts";
import type { WrittenLine } from "#core/use-cases/send-broadcast.ts";
import type { NameOfService } from "#core/use-cases/service-names.ts";
import type { ShownBroadcast } from "#core/use-cases/show-broadcast.ts";

const TOO_MANY = problem("too-large", `A broadcast has at most ${LINES_MAX} lines`);

const TOO_LATE = invalid({ path: "startAt", message: "must be within 30 days" });

const EXAMPLE = [
  {
    conversation: "cnv_01h455vb4pex5vsknk084sn02q",
    to: "par_01h455vb4pex5vsknk084sn02r",
    text: "Your driver is ten minutes away",
    ref: "trip-7",
  },
];

export const broadcastRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/broadcasts",
    operationId: "sendBroadcast",
    tag: "Broadcasts",
    summary: "Sends many texts after what people write to each other, by lines of JSON or a list",
    scope: "admin",
    takesLines: true,
    example: EXAMPLE,
    answers: { 202: answers.taken },
    problems: ["not-found"],
    query: broadcastQuery,
    body: z.array(broadcastLine),
    handle: async ({ query, lines, ids, mayTakeEffect }) => {
      const { dryRun, promotional, ...given } = query;
      const read = await optionsAmong(lines!);
      if (!read.ok) return read.answer;
      const said = {
        ...given,
        ...(dryRun !== undefined && { dryRun: dryRun === "true" }),
        ...(promotional !== undefined && { promotional: promotional === "true" }),
        ...read.options,
      };
      const service = await useCases.findService(optionalServiceName(said.service));
      if (!service) return NO_SERVICE;
      const { dryRun: isDry = false, rate = null, startAt = null, expiresAfter = null } = said;
      const outcome = await useCases.sendBroadcast(
        {
          ...{ serviceId: service.id, dryRun: isDry, rate, startsAt: startAt, expiresAfterMs: expiresAfter },
          isPromotional: said.promotional ?? false,
          lines: read.lines,
          mayTakeEffect,
        },
        ids,
      );
      if (outcome.kind === "too-many") return TOO_MANY;
      if (outcome.kind === "too-late") return TOO_LATE;
      if (outcome.kind === "withdrawn") return WITHDRAWN;
      const { id, ...rest } = outcome.broadcast;
      return accepted({ id: id === null ? null : broadcastId(id), ...rest });
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/broadcasts/:id",
    operationId: "getBroadcast",
    tag: "Broadcasts",
    summary: "Shows how far a broadcast has come",
    scope: "read",
    answers: { 200: answers.broadcast },
    problems: ["not-found"],
    handle: async ({ params }) => {
      const id = readBroadcastId(params.id!);
      const shown = id === null ? null : await useCases.showBroadcast(id);
      return shown ? ok(showBroadcast(shown, await useCases.serviceNames())) : NO_BROADCAST;
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/broadcasts/:id/results",
    operationId: "listBroadcastResults",
    tag: "Broadcasts",
    summary: "Tells what has become of each line, as lines of JSON",
    scope: "read",
    answersLines: true,
    answers: { 200: answers.lineResult },
    problems: ["not-found"],
    query: z.strictObject({
      state: z.enum(LINE_STATES).optional().meta({ description: "Only lines in this state" }),
    }),
    handle: async ({ params, query }) => {
      const id = readBroadcastId(params.id!);
      const pages = id === null ? null : await useCases.broadcastResults(id, query.state ?? null);
      if (!pages) return NO_BROADCAST;
      return { ...ok(undefined), stream: Readable.from(written(pages)), headers: { "Content-Type": NDJSON } };
    },
  }),
  moving(useCases, "pauseBroadcast", "pause", "paused", "Holds back the lines that are not in the queue yet"),
  moving(useCases, "resumeBroadcast", "resume", "active", "Goes on with a broadcast that was paused"),
  moving(
    useCases,
    "cancelBroadcast",
    "cancel",
    "cancelled",
    "Ends a broadcast, and takes back what has not left",
  ),
];

const moving = (
  { moveBroadcast, serviceNames }: ApiUseCases,
  operationId: string,
  word: string,
  state: "active" | "paused" | "cancelled",
  summary: string,
): Endpoint =>
  endpoint({
    method: "POST",
    path: `/v1/broadcasts/:id/${word}`,
    ...{ operationId, tag: "Broadcasts", summary, scope: "admin" },
    answers: { 200: answers.broadcast },
    problems: ["not-found", "broadcast-over"],
    handle: async ({ params }) => {
      const id = readBroadcastId(params.id!);
      const outcome = id === null ? null : await moveBroadcast(id, state);
      if (outcome === null || outcome.kind === "unknown") return NO_BROADCAST;
      return outcome.kind === "moved"
        ? ok(showBroadcast(outcome.shown, await serviceNames()))
        : BROADCAST_OVER;
    },
  });

type Options = z.infer<typeof broadcastOptions>;
type Read =
  | { readonly ok: true; readonly options: Options; readonly lines: AsyncIterable<WrittenLine> }
  | { readonly ok: false; readonly answer: Answer };

/** The first line may speak of all. */
const optionsAmong = async ({ each }: BodyLines): Promise<Read> => {
  const iterator = each[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done || !saysOptions(first.value))
    return { ok: true, options: {}, lines: texts(first.done ? null : first.value, iterator) };
  const options = validate(broadcastOptions, first.value.value);
  return options.ok
    ? { ok: true, options: options.value, lines: texts(null, iterator) }
    : { ok: false, answer: invalid(...options.error) };
};

async function* texts(first: JsonLine | null, rest: AsyncIterator<JsonLine>): AsyncIterable<WrittenLine> {
  if (first) yield readLine(first);
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield readLine(next.value);
}

async function* written(pages: AsyncIterable<readonly LineResult[]>): AsyncIterable<string> {
  for await (const page of pages) yield page.map((each) => `${JSON.stringify(showResult(each))}\n`).join("");
}

const showResult = (result: LineResult) => ({
  ...result,
  messageId: result.messageId === null ? null : messageId(result.messageId),
});

const orNull = (at: number | null): string | null => (at === null ? null : showTime(at));

const showBroadcast = (
  { broadcast, counts, measuredRate, queuedBy }: ShownBroadcast,
  nameOf: NameOfService,
) => ({
  id: broadcastId(broadcast.id),
  service: serviceName(broadcast.serviceId, nameOf),
  state: broadcast.state,
  counts,
  rate: broadcast.rate,
  measuredRate,
  startAt: showTime(broadcast.startsAt),
  expiresAt: orNull(broadcast.expiresAt),
  promotional: broadcast.isPromotional,
  createdAt: showTime(broadcast.createdAt),
  endedAt: orNull(broadcast.endedAt),
  queuedBy: orNull(queuedBy),
});
