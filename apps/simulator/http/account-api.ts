import type { SimulatorContext } from "#apps/simulator/context.ts";
import { isWebhookUrl } from "#apps/simulator/webhooks/account-urls.ts";
import type { Params } from "#apps/simulator/webhooks/signature.ts";
import { authenticate } from "./credentials.ts";
import type { CarrierCall } from "./exchange.ts";
import { readParameters } from "./parameters.ts";

export interface AccountApi {
  readonly balance: CarrierCall;
  readonly settings: CarrierCall;
}

/** The Account API: what is left, and the account-wide webhook addresses. */
export const accountApi = ({ settings, ledger, urls }: SimulatorContext): AccountApi => {
  const call =
    (work: (params: Params) => readonly [status: number, body: unknown]): CarrierCall =>
    async (exchange) => {
      const read = await readParameters(exchange);
      const params = read.kind === "read" ? read.params : {};
      const who = authenticate(settings.account, exchange.request.headers.authorization, params);
      const [status, body] = who === "ok" ? work(params) : [401, notAuthenticated];
      return { status, body };
    };

  return {
    balance: call(() => [200, { value: Number(ledger.balance()), autoReload: false }]),
    settings: call(({ moCallBackUrl, drCallBackUrl }) => {
      if ([moCallBackUrl, drCallBackUrl].some((url) => url && !isWebhookUrl(url))) {
        return [420, { "error-code": "420", "error-code-label": "Invalid callback URL" }];
      }
      urls.set({
        ...(moCallBackUrl !== undefined && { inboundUrl: moCallBackUrl }),
        ...(drCallBackUrl !== undefined && { statusUrl: drCallBackUrl }),
      });
      return [
        200,
        {
          "mo-callback-url": urls.inbound() ?? "",
          "dr-callback-url": urls.status() ?? "",
          "max-outbound-request": settings.limits.http,
          "max-inbound-request": settings.limits.http,
          "max-calls-per-second": settings.limits.numbers,
        },
      ];
    }),
  };
};

const notAuthenticated = { "error-code": "401", "error-code-label": "authentication failed" };
