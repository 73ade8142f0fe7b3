import { z } from "zod";
import { accepted, created, ok } from "#apps/api/answers.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { HOLD, REPORT } from "#apps/api/openapi/privacy-examples.ts";
import * as answers from "#apps/api/openapi/privacy-schema.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { invalid, problem } from "#apps/api/problems.ts";
import { readConversationId, readErasureId, readHoldId, readServiceName } from "#apps/api/public-ids.ts";
import { NO_CONVERSATION, NO_SERVICE } from "#apps/api/refusals.ts";
import { showErasure, showExport, showHold, showReport } from "#apps/api/show-privacy.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";

const TAG = "Privacy";
const REASON_MAX = 500;

const NO_SIGNING_KEY = problem(
  "not-configured",
  "AUDIT_SIGNING_KEY is not set: the certificate of an erasure could not be signed, so nothing was erased",
);
const NO_ERASURE = problem("not-found", "There is no such erasure");
const NO_HOLD = problem("not-found", "There is no such hold that still holds");

const erasureRoutes = ({ erasePerson, getErasure }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/erasures",
    operationId: "erasePerson",
    tag: TAG,
    summary: "Forgets a person, by one of their numbers, in all services",
    scope: "admin",
    reach: "installation",
    example: { number: "+447700900123" },
    answers: { 202: answers.erasure },
    problems: ["not-configured"],
    body: z.strictObject({ number: fields.phoneNumber }),
    handle: async ({ body: { number }, client, requestId, ids }) => {
      const erasure = await erasePerson({ id: ids.next(), requestedBy: client.name, requestId }, number);
      return erasure === null ? NO_SIGNING_KEY : accepted(showErasure(erasure));
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/erasures/:id",
    operationId: "getErasure",
    tag: TAG,
    summary: "Shows how far an erasure is, and its certificate when it is completed",
    scope: "admin",
    reach: "installation",
    answers: { 200: answers.erasure },
    problems: ["not-found"],
    handle: async ({ params }) => {
      const id = readErasureId(params.id!);
      const erasure = id && (await getErasure(id));
      return erasure ? ok(showErasure(erasure)) : NO_ERASURE;
    },
  }),
];

export const privacyRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  ...erasureRoutes(useCases),
  endpoint({
    method: "POST",
    path: "/v1/exports",
    operationId: "exportPerson",
    tag: TAG,
    summary: "Collects what a person has written and wished, with times and states, for the person",
    scope: "admin",
    reach: "installation",
    example: { number: "+447700900123" },
    answers: { 200: answers.personExport },
    body: z.strictObject({
      number: fields.phoneNumber,
      until: fields.instant.nullish().meta({ description: "Only texts up to this instant" }),
    }),
    handle: async ({ body: { number, until = null } }) =>
      ok(showExport(await useCases.serviceNames())(await useCases.exportPerson(number, until))),
  }),
  endpoint({
    method: "GET",
    path: "/v1/reports",
    operationId: "listReports",
    tag: TAG,
    summary: "Lists who has reported whom, the oldest first",
    scope: "read",
    answers: { 200: listOf(answers.report, REPORT) },
    problems: ["not-found"],
    query: z.strictObject({ service: fields.ofService, ...fields.pageQuery }),
    handle: async ({ query: { service: named, ...asked } }) => {
      const page = pageOf("reports", asked);
      if (!page.ok) return page.error;
      const service = named === undefined ? null : await useCases.findService(readServiceName(named));
      if (named !== undefined && !service) return NO_SERVICE;
      const found = await useCases.listReports(service?.id ?? null, page.value);
      return ok(showSlice("reports", found, showReport(await useCases.serviceNames())));
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/holds",
    operationId: "placeHold",
    tag: TAG,
    summary: "Keeps a conversation, or everything of a person, from retention and erasure",
    scope: "admin",
    reach: "installation",
    example: { conversation: HOLD.conversationId, reason: "Request of the police", until: HOLD.until },
    answers: { 201: answers.hold },
    problems: ["not-found"],
    body: z
      .strictObject({
        conversation: z.string("must be a text").optional().meta({ description: "The id of a conversation" }),
        number: fields.phoneNumber.optional(),
        reason: z
          .string("must be a text")
          .min(1, "must not be empty")
          .max(REASON_MAX, `must be at most ${REASON_MAX} characters`),
        until: fields.instant,
      })
      .refine(
        ({ conversation, number }) => (conversation === undefined) !== (number === undefined),
        "must name conversation or number",
      ),
    handle: async ({ body: { conversation, number, reason, until }, client, ids }) => {
      const conversationId = conversation === undefined ? null : readConversationId(conversation);
      if (conversation !== undefined && conversationId === null) return NO_CONVERSATION;
      const of = conversationId === null ? { number: number! } : { conversationId };
      const placed = await useCases.placeHold({
        ...{ id: ids.next(), of, reason, placedBy: client.name, until },
      });
      switch (placed.kind) {
        case "placed":
          return created(showHold(placed.hold));
        case "unknown-conversation":
          return NO_CONVERSATION;
        case "over":
          return invalid({ path: "until", message: "must be in the future" });
      }
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/holds",
    operationId: "listHolds",
    tag: TAG,
    summary: "Lists holds, those that were placed first first",
    scope: "admin",
    reach: "installation",
    answers: { 200: listOf(answers.hold, HOLD) },
    query: z.strictObject({
      ...fields.pageQuery,
      state: z
        .enum(["active", "all"], "must be active or all")
        .default("active")
        .meta({ description: "Those that hold now, or all that ever held" }),
    }),
    handle: async ({ query: { state, ...asked } }) => {
      const page = pageOf("holds", asked);
      if (!page.ok) return page.error;
      return ok(showSlice("holds", await useCases.listHolds(state === "active", page.value), showHold));
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/holds/:id",
    operationId: "releaseHold",
    tag: TAG,
    summary: "Ends a hold before its time",
    scope: "admin",
    reach: "installation",
    answers: { 200: answers.hold },
    problems: ["not-found"],
    handle: async ({ params }) => {
      const id = readHoldId(params.id!);
      const released = id && (await useCases.releaseHold(id));
      return released ? ok(showHold(released)) : NO_HOLD;
    },
  }),
];
