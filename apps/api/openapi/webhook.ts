import type { ZodOpenApiPathItemObject } from "zod-openapi";
import type { EventDescription } from "./event-catalogue.ts";

/** An event as OpenAPI describes what comes to the application. */
export const webhookOf = ({ type, summary, payload }: EventDescription): ZodOpenApiPathItemObject => ({
  post: {
    operationId: `on ${type}`.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: ["Events"],
    summary,
    requestBody: {
      required: true,
      content: { "application/json": { schema: payload, example: payload.meta()?.examples?.[0] } },
    },
    responses: { "2XX": { description: "Taken; anything else is tried again" } },
  },
});
