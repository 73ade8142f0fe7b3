import type { Answer } from "#apps/api/answers.ts";
import type { ApiRequest, Endpoint } from "#apps/api/endpoint.ts";
import { readHandset } from "#apps/api/validation.ts";
import type { AuditFact } from "#core/domain/audit/entry.ts";
import { formatMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { isSlug } from "#core/domain/service.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import type { Clock } from "#core/ports/clock.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import type { RecordAudit } from "#core/use-cases/record-audit.ts";
import { AUDITED_CALLS, type AuditedCall } from "./audited-calls.ts";

type Request = ApiRequest<unknown, unknown>;
type Handle = (request: Request) => Promise<Answer>;

export interface AuditingPorts {
  readonly record: RecordAudit;
  readonly audit: Pick<AuditLog, "personDigest">;
  readonly clock: Pick<Clock, "now">;
}

/** The same person who looks at the same things again within this is recorded once: consoles ask every few seconds. */
export const SAME_READ_MS = 60_000;
const READS_MAX = 10_000;

const PUBLIC_ID = /^[a-z]{3}_[0-9a-z]{26}$/;

/** Carries calls out with an entry in the audit log, where there must be one. What cannot be recorded is neither done nor shown. */
export const auditing = ({ record, audit, clock }: AuditingPorts) => {
  const seen = createGenerationalCache<number>(READS_MAX);

  const personsIn = async ({ number }: AuditedCall, named: string | null): Promise<readonly string[]> =>
    number === "person" && named !== null ? [personSubject(await audit.personDigest(named as Msisdn))] : [];

  const change = async (call: AuditedCall, request: Request, handle: Handle): Promise<Answer> => {
    const named = numberIn(request);
    const persons = await personsIn(call, named);
    const about = [...idsIn(request.params), ...persons];
    const asked = await record(factOf(call, request, about, { step: "asked" }));
    const answer = await handle(request);
    const isDone = answer.status < 300;
    const ours = isDone && call.number === "own" ? ownNumbersIn(named, answer.body) : [];
    const subjects = new Set([...about, ...(isDone ? idsOf(answer.body) : []), ...ours]);
    const step = isDone ? "done" : "refused";
    const data = { ...answer.audited, step, status: answer.status, of: asked.position };
    await record(factOf(call, request, [...subjects], data));
    return answer;
  };

  const shownBy = async ({ names, people }: AuditedCall, body: unknown): Promise<readonly string[]> => {
    // breakage: show-people-unrecorded
    if (people)
      return Promise.all(numbersIn(body).map(async (each) => personSubject(await audit.personDigest(each))));
    return names ? namedIn(body, names) : idsOf(body);
  };

  const read = async (call: AuditedCall, request: Request, handle: Handle): Promise<Answer> => {
    const answer = await handle(request);
    if (answer.status !== 200 || (call.shows === "numbers" && request.via === "console")) return answer;
    const shown = await shownBy(call, answer.body);
    if (shown.length === 0) return answer;
    const subjects = [...new Set([...idsIn(request.params), ...shown])];
    const fact = factOf(call, request, subjects, { step: "shown" });
    const key = JSON.stringify([fact.actor, fact.via, fact.action, subjects]);
    const before = seen.get(key);
    if (before !== undefined && clock.now() - before < SAME_READ_MS) return answer;
    await record(fact);
    seen.set(key, clock.now());
    return answer;
  };

  return (
    { operationId, handle }: Pick<Endpoint, "operationId" | "handle">,
    request: Request,
  ): Promise<Answer> => {
    const call = AUDITED_CALLS[operationId];
    if (call === undefined) return handle(request);
    return (call.kind === "change" ? change : read)(call, request, handle);
  };
};

export const personSubject = (digest: string): string => `person:${digest}`;

const factOf = (
  { action }: AuditedCall,
  { client, via, requestId }: Request,
  subjects: readonly string[],
  data: AuditFact["data"],
): Omit<AuditFact, "at"> => ({ actor: client.name, via, requestId, action, subjects, data });

const idsIn = ({ name, service, ...params }: Request["params"]): readonly string[] => [
  ...(service !== undefined && PUBLIC_ID.test(service) ? [service] : []),
  ...(service !== undefined && isSlug(service) ? [`service:${service}`] : []),
  ...Object.values(params).filter((value) => PUBLIC_ID.test(value)),
  ...(name !== undefined && /^[\w.-]{1,64}$/.test(name) ? [`link:${name}`] : []),
];

/** The number that the request names, in the path or the body. */
const numberIn = ({ params, body }: Request): string | null => {
  if (params.number !== undefined) {
    const read = readHandset(params.number);
    return read.ok ? read.value : null;
  }
  const { number } = (body ?? {}) as { readonly number?: unknown };
  return typeof number === "string" ? number : null;
};

interface Shown {
  readonly id?: unknown;
  readonly number?: unknown;
  readonly items?: readonly Shown[];
}

const everyOne = (body: unknown): readonly Shown[] => {
  const { items, ...own } = (body ?? {}) as Shown;
  return [own, ...(items ?? [])];
};

const idsOf = (body: unknown): readonly string[] =>
  everyOne(body).flatMap(({ id }) => (typeof id === "string" && PUBLIC_ID.test(id) ? [id] : []));

const numbersIn = (body: unknown): readonly Msisdn[] =>
  everyOne(body).flatMap(({ number }) => {
    const read = typeof number === "string" ? readHandset(number) : null;
    return read?.ok ? [read.value] : [];
  });

const namedIn = (body: unknown, names: readonly string[]): readonly string[] => {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  return names.flatMap((name) => {
    const value = fields[name];
    return typeof value === "string" && PUBLIC_ID.test(value) ? [value] : [];
  });
};

const ownNumbersIn = (named: string | null, body: unknown): readonly string[] => [
  ...(named === null ? [] : [`number:${formatMsisdn(named as Msisdn)}`]),
  ...everyOne(body).flatMap(({ number }) => (typeof number === "string" ? [`number:${number}`] : [])),
];
