import { z } from "zod";
import { created, noContent, ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { forNumberInPath } from "#apps/api/number-in-path.ts";
import { NO_OPT_OUT } from "#apps/api/refusals.ts";
import { showOptOut } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";

const PATH = "/v1/opt-outs/:number";

export const optOutRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/opt-outs",
    summary: "Opts a handset out, without its number in the address",
    scope: "admin",
    body: z.strictObject({ number: fields.phoneNumber }),
    handle: async ({ body: { number } }) => created(showOptOut(await useCases.optOut(number))),
  }),
  endpoint({
    method: "GET",
    path: PATH,
    summary: "Says whether a handset has opted out, and since when",
    scope: "read",
    handle: forNumberInPath(async (number) => {
      const optOut = await useCases.getOptOut(number);
      return optOut ? ok(showOptOut(optOut)) : NO_OPT_OUT;
    }),
  }),
  endpoint({
    method: "PUT",
    path: PATH,
    summary: "Opts a handset out: it gets no more texts from us",
    scope: "admin",
    handle: forNumberInPath(async (number) => ok(showOptOut(await useCases.optOut(number)))),
  }),
  endpoint({
    method: "DELETE",
    path: PATH,
    summary: "Opts a handset in again",
    scope: "admin",
    handle: forNumberInPath(async (number) => {
      await useCases.optIn(number);
      return noContent;
    }),
  }),
];
