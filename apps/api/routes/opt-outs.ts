import { noContent, ok } from "#apps/api/answers.ts";
import type { ApiPorts } from "#apps/api/context.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { numberIn } from "#apps/api/number-in-path.ts";
import { notFound } from "#apps/api/problems.ts";
import { showOptOut } from "#apps/api/representations.ts";

const PATH = "/v1/opt-outs/:number";

export const optOutRoutes = ({ storage: { optOuts }, clock }: ApiPorts): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: PATH,
    summary: "Says whether somebody wants no texts from us, and since when",
    scope: "read",
    handle: async ({ params }) => {
      const number = numberIn(params);
      if (!number.ok) return number.error;
      const optOut = await optOuts.get(number.value);
      return optOut ? ok(showOptOut(optOut)) : notFound("opt-out");
    },
  }),
  endpoint({
    method: "PUT",
    path: PATH,
    summary: "Records that somebody wants no texts from us",
    scope: "admin",
    handle: async ({ params }) => {
      const number = numberIn(params);
      return number.ok ? ok(showOptOut(await optOuts.put(number.value, clock.now()))) : number.error;
    },
  }),
  endpoint({
    method: "DELETE",
    path: PATH,
    summary: "Records that somebody wants texts again",
    scope: "admin",
    handle: async ({ params }) => {
      const number = numberIn(params);
      if (!number.ok) return number.error;
      await optOuts.remove(number.value);
      return noContent;
    },
  }),
];
