import { z } from "zod";
import { type Answer, ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { LINK } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/link-schema.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { invalid } from "#apps/api/problems.ts";
import { NO_LINK } from "#apps/api/refusals.ts";
import { showLink, showLinkSetting } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import { RATE_MAX, WINDOW_MAX } from "#core/domain/link-setting.ts";
import type { ControlledLink } from "#core/use-cases/control-link.ts";

const upTo = (most: number, description: string) =>
  z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(most, `must be at most ${most}`)
    .nullable()
    .optional()
    .meta({ description: `${description}; null: as each process is set up` });

const NO_FIELDS = z.strictObject({});
const changing = z
  .strictObject({
    window: upTo(WINDOW_MAX.smpp, "Segments under way at the same time over each link of this name"),
    rate: upTo(RATE_MAX, "Segments a second of its account, which all links of its kind share"),
  })
  .refine(({ window, rate }) => window !== undefined || rate !== undefined, "must name window or rate");

const ONE = "/v1/links/:name";
const TAG = "Links";

const shown = (outcome: ControlledLink): Answer => {
  switch (outcome.kind) {
    case "controlled":
      return ok(showLinkSetting(outcome.setting));
    case "unknown":
      return NO_LINK;
    case "receives-only":
      return invalid({
        path: "name",
        message: "must be of a link that sends; this one goes with such a link",
      });
    case "window-too-wide":
      return invalid({ path: "window", message: `must be at most ${outcome.most}` });
  }
};

export const linkRoutes = ({ listLinks, controlLink }: ApiUseCases): readonly Endpoint[] => {
  const action = (kind: "pause" | "resume" | "restart", summary: string): Endpoint =>
    endpoint({
      method: "POST",
      path: `${ONE}/${kind}`,
      operationId: `${kind}Link`,
      tag: TAG,
      summary,
      scope: "admin",
      reach: "installation",
      answers: { 200: answers.linkSetting },
      problems: ["not-found"],
      body: NO_FIELDS,
      handle: async ({ params, client }) => shown(await controlLink(params.name!, { kind }, client.name)),
    });
  return [
    endpoint({
      method: "GET",
      path: "/v1/links",
      operationId: "listLinks",
      tag: TAG,
      summary: "Shows the carrier links of this process and of all living gateways",
      scope: "read",
      reach: "installation",
      answers: { 200: listOf(answers.link, LINK) },
      handle: async () => ok({ items: (await listLinks()).map(showLink), next: null }),
    }),
    endpoint({
      method: "PATCH",
      path: ONE,
      operationId: "patchLink",
      tag: TAG,
      summary:
        "Sets the window of the links of a name, or the rate of their account, in all processes and for good",
      scope: "admin",
      reach: "installation",
      example: { window: 20, rate: 50 },
      answers: { 200: answers.linkSetting },
      problems: ["not-found"],
      body: changing,
      handle: async ({ params, body, client }) =>
        shown(await controlLink(params.name!, { kind: "set", ...body }, client.name)),
    }),
    action("pause", "Stops sending over the links of a name, in all processes, until it is resumed"),
    action("resume", "Sends again over the links of a name"),
    action("restart", "Lets the links of a name finish what is under way, and connects them anew"),
  ];
};
