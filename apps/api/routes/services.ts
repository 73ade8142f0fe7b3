import { z } from "zod";
import { type Answer, noContent, ok } from "#apps/api/answers.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { versionsIn } from "#apps/api/etags.ts";
import { SERVICE } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/service-schema.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { invalid } from "#apps/api/problems.ts";
import { readServiceName } from "#apps/api/public-ids.ts";
import {
  BLOCKED_URL,
  NO_SERVICE,
  SERVICE_IN_USE,
  SERVICE_VERSION_MISMATCH,
  SLUG_IN_USE,
  TOO_MANY_SERVICES,
} from "#apps/api/refusals.ts";
import { showService } from "#apps/api/representations.ts";
import { serviceRules, toServiceRules } from "#apps/api/service-rules.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { changedRules } from "#core/domain/audit/changed-rules.ts";
import { isSlug, type Service } from "#core/domain/service.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import { isServiceName, SERVICE_NAME_SEPTETS_MAX } from "#core/domain/wishes/notices.ts";
import type { HookRefusal } from "#core/use-cases/check-hooks.ts";

const name = z
  .string("must be a text")
  .refine(isServiceName, `must be 1 to ${SERVICE_NAME_SEPTETS_MAX} characters of the GSM alphabet`)
  .nullish()
  .meta({ description: "What our notices call it; null: they name nobody" });

const adding = z.strictObject({
  slug: z
    .string("must be a text")
    .refine(isSlug, "must be 1 to 40 small letters, digits and dashes, and begin with a letter")
    .meta({ description: "Names it in requests and in `API_KEYS`, for good" }),
  name,
  rules: serviceRules.default({}),
});

const changing = z.strictObject({
  name,
  rules: serviceRules.optional().meta({ description: "Takes the place of all rules that there were" }),
});

const PATH = "/v1/services/:service";

const hookRefused = (refusal: HookRefusal): Answer => {
  const path = `rules.${refusal.hook}`;
  switch (refusal.why) {
    case "blocked-url":
      return BLOCKED_URL;
    case "invalid-url":
      return invalid({ path: `${path}.url`, message: refusal.reason });
    case "needs-https":
      return invalid({ path: `${path}.url`, message: "must begin with https://, as texts go there" });
    case "needs-secret":
      return invalid({ path: `${path}.secret`, message: "must be given, as there is none yet" });
  }
};

export const serviceRoutes = (useCases: ApiUseCases): readonly Endpoint[] => {
  const forService = async (
    named: string | undefined,
    handle: (service: Service) => Promise<Answer> | Answer,
  ): Promise<Answer> => {
    const service = await useCases.findService(readServiceName(named ?? ""));
    return service ? handle(service) : NO_SERVICE;
  };
  return [
    endpoint({
      method: "POST",
      path: "/v1/services",
      operationId: "addService",
      tag: "Services",
      summary: "Adds a service: a brand with numbers, conversations, opt-outs and rules of its own",
      scope: "admin",
      reach: "installation",
      example: { slug: "rides", name: "City Rides", rules: { quarantine: "14d", language: "de" } },
      answers: { 201: answers.service },
      isTagged: true,
      problems: ["service-in-use", "blocked-url"],
      body: adding,
      handle: async ({ body: { slug, name: called = null, rules }, ids }) => {
        const added = await useCases.addService({ slug, name: called, rules: toServiceRules(rules) }, ids);
        if (added === "slug-in-use") return SLUG_IN_USE;
        if (added === "too-many") return TOO_MANY_SERVICES;
        return "kind" in added ? hookRefused(added) : serviceAnswer(201, added, {});
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/services",
      operationId: "listServices",
      tag: "Services",
      summary: "Lists services by slug",
      scope: "read",
      answers: { 200: listOf(answers.service, SERVICE) },
      query: z.strictObject(fields.pageQuery),
      handle: async ({ query }) => {
        const page = pageOf("services", query);
        if (!page.ok) return page.error;
        return ok(showSlice("services", await useCases.listServices(page.value), showService));
      },
    }),
    endpoint({
      method: "GET",
      path: PATH,
      operationId: "getService",
      tag: "Services",
      summary: "Shows a service",
      scope: "read",
      answers: { 200: answers.service, 304: null },
      isTagged: true,
      problems: ["not-found"],
      handle: ({ params }) => forService(params.service, (service) => serviceAnswer(200, service)),
    }),
    endpoint({
      method: "PATCH",
      path: PATH,
      operationId: "changeService",
      tag: "Services",
      summary: "Changes the name or the rules of a service, everywhere within two seconds",
      scope: "admin",
      example: { rules: { quarantine: "7d" } },
      answers: { 200: answers.service },
      isTagged: true,
      problems: ["not-found", "version-mismatch", "blocked-url"],
      body: changing,
      handle: ({ params, body, ifMatch }) =>
        forService(params.service, async ({ id, rules: before }) => {
          const versions = versionsIn(ifMatch);
          const changed = await useCases.changeService(id, {
            ...(versions !== null && { versions }),
            ...(body.name !== undefined && { name: body.name }),
            ...(body.rules !== undefined && { rules: toServiceRules(body.rules) }),
          });
          if (changed === "version-mismatch") return SERVICE_VERSION_MISMATCH;
          if (changed === null) return NO_SERVICE;
          return "kind" in changed ? hookRefused(changed) : serviceAnswer(200, changed, before);
        }),
    }),
    endpoint({
      method: "DELETE",
      path: PATH,
      operationId: "removeService",
      tag: "Services",
      summary: "Forgets a service without numbers",
      scope: "admin",
      answers: { 204: null },
      problems: ["not-found", "service-in-use"],
      handle: ({ params }) =>
        forService(params.service, async ({ id, rules: before }) => {
          const outcome = await useCases.removeService(id);
          if (outcome === "unknown") return NO_SERVICE;
          if (outcome === "in-use") return SERVICE_IN_USE;
          return { ...noContent, audited: { rules: changedRules(before, {}) } };
        }),
    }),
  ];
};

/** A service, with its tag. `before`: its rules before it was changed, as they were when the call began. */
const serviceAnswer = (status: 200 | 201, service: Service, before?: ServiceRules): Answer => ({
  status,
  body: showService(service),
  headers: { ETag: `"${service.version}"` },
  ...(before !== undefined && { audited: { rules: changedRules(before, service.rules) } }),
});
