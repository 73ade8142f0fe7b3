import { z } from "zod";
import { type Answer, created, noContent, ok } from "#apps/api/answers.ts";
import { type List, pageOf, showSlice } from "#apps/api/cursors.ts";
import { type ApiRequest, type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { forNumberInPath } from "#apps/api/number-in-path.ts";
import { BLOCK, OPT_OUT } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/opt-out-schema.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { importedLine, readImport, scope } from "#apps/api/opt-out-lines.ts";
import { problem } from "#apps/api/problems.ts";
import { optionalServiceName, readBlockId, readServiceName } from "#apps/api/public-ids.ts";
import { NO_BLOCK, NO_OPT_OUT, NO_SERVICE, ONE_SERVICE, WITHDRAWN } from "#apps/api/refusals.ts";
import { showBlock, showListedOptOut, showOptOut } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import type { Handset } from "#core/domain/numbering/handset.ts";
import type { Page } from "#core/ports/conversations.ts";
import { IMPORTED_MAX } from "#core/use-cases/import-opt-outs.ts";

const PATH = "/v1/opt-outs/:number";
const inService = z.strictObject({ service: fields.inService });
const listing = z.strictObject({ service: fields.ofService, ...fields.pageQuery });
const TOO_MANY = problem("too-large", `An import has at most ${IMPORTED_MAX} lines`);
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
  /** A page of all services, or of the one in the query. */
  const pageIn = async (
    list: List,
    { service: named, ...asked }: z.output<typeof listing>,
    show: (serviceId: string | null, page: Page) => Promise<unknown>,
  ): Promise<Answer> => {
    const page = pageOf(list, asked);
    if (!page.ok) return page.error;
    const service = named === undefined ? null : await useCases.findService(readServiceName(named));
    if (named !== undefined && !service) return NO_SERVICE;
    return ok(await show(service?.id ?? null, page.value));
  };
  return [
    endpoint({
      method: "POST",
      path: "/v1/opt-outs",
      operationId: "addOptOut",
      tag: "Opt-outs",
      summary: "Opts a handset out, without its number in the address",
      scope: "admin",
      example: { number: "+447700900456", scope: "service" },
      answers: { 201: answers.optOut },
      problems: ["not-found"],
      body: z.strictObject({ number: fields.phoneNumber, scope, service: fields.service.nullish() }),
      handle: async ({ body: { number, scope, service: named }, client }) => {
        if (scope === "all" && client.service !== null) return ONE_SERVICE;
        const service = await useCases.findService(optionalServiceName(named));
        return service ? created(showOptOut(await useCases.optOut(service.id, number, scope))) : NO_SERVICE;
      },
    }),
    endpoint({
      method: "POST",
      path: "/v1/opt-outs/import",
      operationId: "importOptOuts",
      tag: "Opt-outs",
      summary: "Takes over a list of opt-outs that was kept elsewhere, by lines of JSON or a list",
      scope: "admin",
      takesLines: true,
      example: [{ number: "+447700900456", since: "2025-06-30T09:00:00Z" }],
      answers: { 200: answers.imported },
      problems: ["not-found"],
      query: inService,
      body: z.array(importedLine),
      handle: async ({ query, lines, mayTakeEffect, client }) => {
        const service = await useCases.findService(optionalServiceName(query.service));
        if (!service) return NO_SERVICE;
        const read = readImport(lines!, client.service === null);
        const { kind, ...rest } = await useCases.importOptOuts(service.id, read, mayTakeEffect);
        if (kind === "too-many") return TOO_MANY;
        return kind === "withdrawn" ? WITHDRAWN : ok(rest);
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/opt-outs",
      operationId: "listOptOuts",
      tag: "Opt-outs",
      summary: "Lists who wants no texts, those who said so first first",
      scope: "read",
      answers: { 200: listOf(answers.listedOptOut, { ...OPT_OUT, service: "default" }) },
      problems: ["not-found"],
      query: listing,
      handle: async ({ query, client }) =>
        pageIn("opt-outs", query, async (serviceId, page) =>
          showSlice(
            "opt-outs",
            await useCases.listOptOuts(serviceId, page),
            showListedOptOut(await useCases.serviceNames(), client.scope !== "admin"),
          ),
        ),
    }),
    endpoint({
      method: "GET",
      path: "/v1/blocks",
      operationId: "listBlocks",
      tag: "Opt-outs",
      summary: "Lists who wants no texts from whom, those who said so first first",
      scope: "read",
      answers: { 200: listOf(answers.block, BLOCK) },
      problems: ["not-found"],
      query: listing,
      handle: ({ query }) =>
        pageIn("blocks", query, async (serviceId, page) =>
          showSlice(
            "blocks",
            await useCases.listBlocks(serviceId, page),
            showBlock(await useCases.serviceNames()),
          ),
        ),
    }),
    endpoint({
      method: "DELETE",
      path: "/v1/blocks/:id",
      operationId: "removeBlock",
      tag: "Opt-outs",
      summary: "Takes a block back, so that the two may text each other again",
      scope: "admin",
      problems: ["not-found"],
      answers: { 204: null },
      handle: async ({ params }) => {
        const id = readBlockId(params.id!);
        return id !== null && (await useCases.removeBlock(id)) ? noContent : NO_BLOCK;
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
