import { z } from "zod";
import { created, noContent, ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { forNumberInPath } from "#apps/api/number-in-path.ts";
import * as answers from "#apps/api/openapi/answer-schemas.ts";
import { NO_OPT_OUT } from "#apps/api/refusals.ts";
import { showOptOut } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";

const PATH = "/v1/opt-outs/:number";

export const optOutRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/opt-outs",
    operationId: "addOptOut",
    tag: "Opt-outs",
    summary: "Opts a handset out, without its number in the address",
    scope: "admin",
    example: { number: "+447700900456" },
    answers: { 201: answers.optOut },
    body: z.strictObject({ number: fields.phoneNumber }),
    handle: async ({ body: { number } }) =>
      created(showOptOut(await useCases.optOut(DEFAULT_SERVICE_ID, number))),
  }),
  endpoint({
    method: "GET",
    path: PATH,
    operationId: "getOptOut",
    tag: "Opt-outs",
    summary: "Says whether a handset has opted out, and since when",
    scope: "read",
    answers: { 200: answers.optOut },
    problems: ["not-found"],
    handle: forNumberInPath(async (number) => {
      const optOut = await useCases.getOptOut(DEFAULT_SERVICE_ID, number);
      return optOut ? ok(showOptOut(optOut)) : NO_OPT_OUT;
    }),
  }),
  endpoint({
    method: "PUT",
    path: PATH,
    operationId: "putOptOut",
    tag: "Opt-outs",
    summary: "Opts a handset out: it gets no more texts from us",
    scope: "admin",
    answers: { 200: answers.optOut },
    handle: forNumberInPath(async (number) =>
      ok(showOptOut(await useCases.optOut(DEFAULT_SERVICE_ID, number))),
    ),
  }),
  endpoint({
    method: "DELETE",
    path: PATH,
    operationId: "removeOptOut",
    tag: "Opt-outs",
    summary: "Opts a handset in again",
    scope: "admin",
    answers: { 204: null },
    handle: forNumberInPath(async (number) => {
      await useCases.optIn(DEFAULT_SERVICE_ID, number);
      return noContent;
    }),
  }),
];
