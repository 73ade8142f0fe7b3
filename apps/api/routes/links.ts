import { ok } from "../answers.ts";
import type { ApiPorts } from "../dependencies.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { showTime } from "../representations.ts";

export const linkRoutes = ({ links, pacing, clock }: ApiPorts): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/links",
    summary: "Shows the carrier links of this process",
    scope: "read",
    handle: async () => {
      const items = links.map((link) => {
        const { state, inFlight, window, since } = link.status();
        const rate = Math.round(pacing.perSecond(link.kind, clock.now()) * 10) / 10;
        const { name, kind } = link;
        return { name, kind, state, inFlight, window, rate, ...link.counts(), since: showTime(since) };
      });
      return ok({ items, next: null });
    },
  }),
];
