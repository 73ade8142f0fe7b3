import { z } from "zod";
import { type Answer, created, noContent, ok } from "#apps/api/answers.ts";
import { type ApiRequest, type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { forNumberInPath } from "#apps/api/number-in-path.ts";
import * as answers from "#apps/api/openapi/opt-out-schema.ts";
import { optionalServiceName } from "#apps/api/public-ids.ts";
import { NO_OPT_OUT, NO_SERVICE } from "#apps/api/refusals.ts";
import { showOptOut } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import type { Handset } from "#core/domain/numbering/handset.ts";

const PATH = "/v1/opt-outs/:number";
const inService = z.strictObject({ service: fields.inService });
type InService = z.output<typeof inService>;

export const optOutRoutes = (useCases: ApiUseCases): readonly Endpoint[] => {
  /** Of the number in the path, in the service of the query. */
  const inServiceOf =
    (handle: (serviceId: string, number: Handset) => Promise<Answer>) =>
    ({
      params,
      query,
    }: {
      readonly params: ApiRequest<InService, unknown>["params"];
      readonly query: InService;
    }) =>
      forNumberInPath(async (number) => {
        const service = await useCases.findService(optionalServiceName(query.service));
        return service ? handle(service.id, number) : NO_SERVICE;
      })({ params });
  return [
    endpoint({
      method: "POST",
      path: "/v1/opt-outs",
      operationId: "addOptOut",
      tag: "Opt-outs",
      summary: "Opts a handset out, without its number in the address",
      scope: "admin",
      example: { number: "+447700900456" },
      answers: { 201: answers.optOut },
      problems: ["not-found"],
      body: z.strictObject({ number: fields.phoneNumber, service: fields.service.nullish() }),
      handle: async ({ body: { number, service: named } }) => {
        const service = await useCases.findService(optionalServiceName(named));
        return service ? created(showOptOut(await useCases.optOut(service.id, number))) : NO_SERVICE;
      },
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
      query: inService,
      handle: inServiceOf(async (serviceId, number) => {
        const optOut = await useCases.getOptOut(serviceId, number);
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
      problems: ["not-found"],
      answers: { 200: answers.optOut },
      query: inService,
      handle: inServiceOf(async (serviceId, number) =>
        ok(showOptOut(await useCases.optOut(serviceId, number))),
      ),
    }),
    endpoint({
      method: "DELETE",
      path: PATH,
      operationId: "removeOptOut",
      tag: "Opt-outs",
      summary: "Opts a handset in again",
      scope: "admin",
      problems: ["not-found"],
      answers: { 204: null },
      query: inService,
      handle: inServiceOf(async (serviceId, number) => {
        await useCases.optIn(serviceId, number);
        return noContent;
      }),
    }),
  ];
};
