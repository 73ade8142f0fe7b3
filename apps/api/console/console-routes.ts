import type { Context, Middleware } from "koa";
import { z } from "zod";
import { type Answer, noContent, ok } from "#apps/api/answers.ts";
import { readJson } from "#apps/api/body.ts";
import { write } from "#apps/api/error-boundary.ts";
import { invalid, problem } from "#apps/api/problems.ts";
import { readConversationId, readParticipantId } from "#apps/api/public-ids.ts";
import { NO_PARTICIPANT } from "#apps/api/refusals.ts";
import type { ServiceAccess } from "#apps/api/service-access.ts";
import { validate } from "#apps/api/validation.ts";
import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { StoredCounts } from "#core/ports/census.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { RecordAudit } from "#core/use-cases/record-audit.ts";
import { rememberCensus } from "#core/use-cases/remember-census.ts";
import { carrierProxy } from "./carrier-proxy.ts";
import type { ConsoleOptions } from "./console-options.ts";
import { isSameOrigin } from "./same-origin.ts";
import type { Sessions } from "./sessions.ts";

export interface ConsoleParts {
  readonly options: ConsoleOptions;
  readonly sessions: Sessions;
  readonly access: Pick<ServiceAccess, "of">;
  readonly isDraining: () => boolean;
  readonly storage: Pick<Storage, "census">;
  readonly clock: Pick<SteadyClock, "elapsed">;
  readonly journal: Pick<Journal, "signInRefused" | "numberShown">;
  readonly record: RecordAudit;
}

const signingIn = z.union([
  z.strictObject({ key: z.string().max(1_000) }),
  z.strictObject({ pass: z.string().max(100) }),
]);
const revealing = z.strictObject({ conversation: z.string(), participant: z.string() });

/** What only the console asks for, beside the API: it signs in and out, and shows single real numbers. */
export const consoleRoutes = (parts: ConsoleParts): Middleware => {
  const { options, sessions } = parts;
  const carrier = options.sandbox && carrierProxy(options.sandbox, parts.isDraining);
  const queued = rememberCensus(() => parts.storage.census.take(), parts.clock);
  const routes: Readonly<Record<string, (context: Context) => Promise<Answer> | Answer>> = {
    "GET /console/session": (context) => showSession(parts, context),
    "POST /console/session": (context) => signIn(parts, context),
    "DELETE /console/session": (context) => {
      if (!isSameOrigin(context)) return FOREIGN;
      sessions.end(context);
      return noContent;
    },
    "GET /console/queue": (context) => {
      const session = sessions.of(context);
      if (!session) return SIGNED_OUT;
      return session.client.service === null ? ok(shownQueue(queued()?.value ?? null)) : ONE_SERVICE;
    },
    "POST /console/reveal": (context) => reveal(parts, context),
  };
  return async (context, next) => {
    const route = routes[`${context.method} ${context.path}`];
    if (route) return write(context, await route(context));
    if (!carrier || !context.path.startsWith("/console/carrier/")) return next();
    const session = sessions.of(context);
    if (!session) return write(context, SIGNED_OUT);
    if (session.client.service !== null) return write(context, ONE_SERVICE);
    if (context.method !== "GET" && session.client.scope !== "admin") return write(context, READ_ONLY);
    await carrier(context);
  };
};

/** Not being signed in is an answer like another: browsers would write an error into their console. */
const showSession = ({ options, sessions }: ConsoleParts, context: Context): Answer => {
  const session = sessions.of(context);
  const { client } = session ?? {};
  return ok({
    signedIn: client !== undefined,
    name: client?.name ?? null,
    scope: client?.scope ?? null,
    service: client?.service ?? null,
    until: session ? new Date(session.until).toISOString() : null,
    sandbox: options.sandbox !== null,
  });
};

/** What waits in the database, by priority; null: not counted yet. It belongs to all services together. */
const shownQueue = (counts: StoredCounts | null) => ({
  openConversations: counts?.openConversations ?? null,
  queued:
    counts &&
    Object.entries(counts.queued).map(([priority, { messages, oldestAt }]) => ({
      priority,
      messages,
      oldestAt: oldestAt === null ? null : new Date(oldestAt).toISOString(),
    })),
});

const signIn = async ({ options, sessions, journal }: ConsoleParts, context: Context): Promise<Answer> => {
  if (!isSameOrigin(context)) return FOREIGN;
  const body = await bodyOf(context, signingIn);
  if (!body.ok) return body.error;
  const secret =
    "key" in body.value ? body.value.key.trim() : (options.sandbox?.redeem(body.value.pass) ?? null);
  if (secret === null || !sessions.begin(context, secret)) {
    journal.signInRefused({});
    return "key" in body.value ? UNKNOWN_KEY : USED_PASS;
  }
  return noContent;
};

/** Leaves an entry and a line of who looked at whose number; the number itself stands nowhere but in the answer. */
const reveal = async (
  { sessions, access, journal, record }: ConsoleParts,
  context: Context,
): Promise<Answer> => {
  const session = sessions.of(context);
  if (!session) return SIGNED_OUT;
  if (session.client.scope !== "admin") return READ_ONLY;
  const body = await bodyOf(context, revealing);
  if (!body.ok) return body.error;
  const { conversation, participant } = body.value;
  const id = readConversationId(conversation);
  const participantId = readParticipantId(participant);
  const seen = await access.of(session.client);
  const found = seen && id && participantId && (await seen.useCases.getConversation(id));
  const everybody = found ? [...found.participants, ...found.former] : [];
  const revealed = everybody.find((each) => each.id === participantId);
  if (!revealed || revealed.number === "") return NO_PARTICIPANT;
  await record({
    ...{ actor: session.client.name, via: "console", requestId: String(context.state.requestId) },
    ...{ action: "number.reveal", subjects: [conversation, participant], data: { step: "shown" } },
  });
  journal.numberShown({ key: session.client.name, conversationId: conversation, participantId: participant });
  return ok({ number: formatMsisdn(revealed.number) });
};

const bodyOf = async <T>(context: Context, schema: z.ZodType<T>) => {
  const json = await readJson(context.req);
  if (!json.ok) return json;
  const body = validate(schema, json.value.value);
  return body.ok ? body : { ok: false as const, error: invalid(...body.error) };
};

const SIGNED_OUT = problem("unauthorized", "Sign in first");
const ONE_SERVICE = problem("forbidden", "This API key is for one service");
const READ_ONLY = problem("forbidden", "This API key may only read");
const FOREIGN = problem("forbidden", "Only pages of this console may ask for that");
const UNKNOWN_KEY = problem("unauthorized", "There is no such API key");
const USED_PASS = problem("unauthorized", "This link has been used already");
