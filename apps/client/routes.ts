import type { Body, Calls } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

/** What a text would do, or who was behind a number. */
export const routeCalls = ({ call }: Calls) => ({
  explain: (body: Body<"explainRoute">, options?: CallOptions) =>
    call<"explainRoute">("POST", "/v1/routes/explain", { body }, options),
});
