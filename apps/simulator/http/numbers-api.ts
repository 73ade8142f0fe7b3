import type { SimulatorContext } from "#apps/simulator/context.ts";
import type { OwnedNumber } from "#apps/simulator/numbers.ts";
import { rateLimit } from "#apps/simulator/rate-limit.ts";
import type { MarketNumber } from "#apps/simulator/stock.ts";
import { isWebhookUrl } from "#apps/simulator/webhooks/account-urls.ts";
import type { Params } from "#apps/simulator/webhooks/signature.ts";
import { authenticate } from "./credentials.ts";
import type { CarrierCall, Reply } from "./exchange.ts";
import { matchesFeatures, matchesPattern, page } from "./number-search.ts";
import { readParameters } from "./parameters.ts";

const outcome = (status: number, label: string): Reply => ({
  status,
  body: { "error-code": String(status), "error-code-label": label },
});
const SUCCESS = outcome(200, "success");
/** Whatever cannot be done is "method failed", with an HTTP status that is no standard's. */
const FAILED = outcome(420, "method failed");
const missing = (name: string): Reply => outcome(420, `Missing ${name} param`);

export interface NumbersApi {
  readonly search: CarrierCall;
  readonly owned: CarrierCall;
  readonly buy: CarrierCall;
  readonly cancel: CarrierCall;
  readonly update: CarrierCall;
}

/** The Numbers API 1.1.0. */
export const numbersApi = (context: SimulatorContext): NumbersApi => {
  const { numbers, settings, caller } = context;
  const all = rateLimit();
  const owned = rateLimit();

  const call =
    (work: (params: Params) => Reply | Promise<Reply>, isBelowLimit = () => true): CarrierCall =>
    async (exchange) => {
      const read = await readParameters(exchange);
      const params = read.kind === "read" ? read.params : {};
      const who = authenticate(settings.account, exchange.request.headers.authorization, params);
      if (who !== "ok") return outcome(401, "authentication failed");
      if (all.take(settings.limits.numbers) > 0 || !isBelowLimit()) return outcome(429, "too many requests");
      return read.kind !== "read" ? FAILED : work(params);
    };

  const list = (found: readonly MarketNumber[], params: Params, show: (n: never) => unknown): Reply => {
    const shown = page(found, params);
    if (!shown) return FAILED;
    if (found.length === 0 && settings.nothingFound === "empty-object") return { status: 200, body: {} };
    return { status: 200, body: { count: found.length, numbers: shown.map((n) => show(n as never)) } };
  };

  const change = async (
    params: Params,
    work: (country: string, msisdn: string) => boolean,
  ): Promise<Reply> => {
    const { country, msisdn } = params;
    if (!country) return missing("country");
    if (!msisdn) return missing("msisdn");
    if (!work(country, msisdn)) return FAILED;
    await context.saveNumbers();
    return SUCCESS;
  };

  /** An address is asked with a plain GET, and taken only when it answers 200. */
  const answersProbe = async (url: string): Promise<boolean> => {
    if (!isWebhookUrl(url)) return false;
    if (!settings.webhooks.probe) return true;
    return (await caller.call({ url: new URL(url), method: "GET", headers: {}, body: undefined })) === 200;
  };

  return {
    search: call((params) => {
      const { country, type, features } = params;
      if (!country) return missing("country");
      const found = numbers
        .forSale(country)
        .filter((n) => (type === undefined || n.type === type) && matchesFeatures(n, features))
        .filter((n) => matchesPattern(n.msisdn, params));
      return list(found, params, showForSale);
    }),
    owned: call(
      (params) => {
        const { country, application_id: application, has_application: hasOne } = params;
        const found = numbers
          .owned()
          .filter((n) => country === undefined || n.country === country)
          .filter((n) => application === undefined || n.settings.appId === application)
          .filter((n) => hasOne === undefined || String(n.settings.appId !== undefined) === hasOne)
          .filter((n) => matchesPattern(n.msisdn, params));
        return list(found, params, showOwned);
      },
      () => owned.take(settings.limits.ownedNumbers) === 0,
    ),
    buy: call((params) => change(params, numbers.buy)),
    cancel: call((params) => change(params, numbers.cancel)),
    update: call(async (params) => {
      const url = params.moHttpUrl;
      if (!numbers.find(params.msisdn ?? "")) return FAILED;
      if (url && !(await answersProbe(url))) return FAILED;
      return change(params, (country, msisdn) =>
        numbers.update(country, msisdn, {
          ...(url !== undefined && { moHttpUrl: url }),
          ...(params.moSmppSysType !== undefined && { moSmppSysType: params.moSmppSysType }),
          ...(params.app_id !== undefined && { appId: params.app_id }),
          ...(params.voiceCallbackType !== undefined && {
            voiceCallbackType: params.voiceCallbackType,
          }),
          ...(params.voiceCallbackValue !== undefined && {
            voiceCallbackValue: params.voiceCallbackValue,
          }),
        }),
      );
    }),
  };
};

const showForSale = ({ country, msisdn, type, cost, features }: MarketNumber) => ({
  country,
  msisdn,
  type,
  initialPrice: cost,
  cost,
  features,
});

const showOwned = ({ country, msisdn, type, features, settings }: OwnedNumber) => {
  const { appId, ...rest } = settings;
  return {
    country,
    msisdn,
    type,
    features,
    ...rest,
    ...(appId !== undefined && { app_id: appId }),
    limitations: [],
  };
};
