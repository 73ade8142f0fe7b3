import { readFileSync } from "node:fs";
import { libphonenumberInsight } from "#adapters/libphonenumber/number-insight.ts";
import { httpLink, WINDOW_DEFAULT } from "#adapters/vonage-http/carrier-link.ts";
import { vonageIdentityInsights } from "#adapters/vonage-http/identity-insights.ts";
import { vonageNumberInsight } from "#adapters/vonage-http/number-insight.ts";
import { vonageNumberMarket } from "#adapters/vonage-http/number-market.ts";
import { vonageSdk } from "#adapters/vonage-http/sdk.ts";
import type { Signing } from "#adapters/vonage-http/signature.ts";
import { INBOUND_PATH, STATUS_PATH } from "#adapters/vonage-http/webhooks.ts";
import { type CountedLink, countedLink } from "#apps/process/counted-link.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { WINDOW_MAX } from "#core/domain/link-setting.ts";
import { controlledLink } from "#core/engine/outbound/controlled-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { NumberMarket } from "#core/ports/number-market.ts";
import { insightWithFallback } from "#core/use-cases/look-up-participant.ts";
import { handKeptNumbers } from "./hand-kept-numbers.ts";

/** What the settings make of Vonage over HTTP. */
export interface HttpCarrier {
  readonly market: NumberMarket;
  readonly insight: NumberInsight;
  /** Null: no account, so that nothing is sent over HTTP. */
  readonly link: CountedLink | null;
  /** Lets go of the link's connections. */
  stop(): Promise<void>;
}

/** Vonage's own; Identity Insights has another host there, and the same one everywhere else. */
const VONAGE_API_HOST = "https://api.nexmo.com";

export interface HttpCarrierTuning {
  /** Least time between two calls that rent or configure numbers, in milliseconds; absent: what Vonage takes. */
  readonly numberSpacingMs?: number;
  /** Countries whose numbers bring their texts over SMPP, where there is a system type; absent: all. */
  readonly smppCountries?: readonly string[];
}

export const httpCarrier = (
  settings: Settings,
  clock: Clock,
  { numberSpacingMs, smppCountries }: HttpCarrierTuning = {},
): HttpCarrier => {
  const offline = libphonenumberInsight();
  const { vonageApiKey: apiKey, vonageApiSecret: apiSecret } = settings;
  if (apiKey === undefined || apiSecret === undefined)
    return { market: handKeptNumbers, insight: offline, link: null, stop: async () => {} };
  const { vonageRestHost: restHost, vonageApiHost: apiHost, publicUrl } = settings;
  const sdk = vonageSdk({ apiKey, apiSecret, restHost, apiHost });
  const link = httpLink({
    name: "http",
    restHost,
    apiKey,
    apiSecret,
    callbackUrl: `${publicUrl}${STATUS_PATH}`,
    clock,
    windowSize: WINDOW_MAX.http,
  });
  const controlled = controlledLink(link, { clock, window: WINDOW_DEFAULT, restart: link.restart });
  const marketWith = (systemType: string | null): NumberMarket =>
    vonageNumberMarket({
      sdk,
      inboundUrl: `${publicUrl}${INBOUND_PATH}`,
      systemType,
      ...(numberSpacingMs === undefined
        ? {}
        : { spacingMs: numberSpacingMs, ownedSpacingMs: numberSpacingMs }),
    });
  const market = marketWith(settings.smppSystemType || null);
  const overHttp = marketWith(null);
  const marketOf = (country: string) => (smppCountries?.includes(country) === false ? overHttp : market);
  return {
    market: { ...market, configure: (number, country) => marketOf(country).configure(number, country) },
    insight: insightWithFallback(identityInsights(settings, clock) ?? vonageNumberInsight({ sdk }), offline),
    link: countedLink(controlled),
    stop: () => link.stop(),
  };
};

const identityInsights = (settings: Settings, clock: Clock): NumberInsight | null => {
  const { vonageApplicationId: applicationId, vonagePrivateKey: key, vonageApiHost } = settings;
  if (applicationId === undefined || key === undefined) return null;
  const privateKey = key.includes("-----BEGIN") ? key : readFileSync(key, "utf8");
  const host = vonageApiHost === VONAGE_API_HOST ? {} : { host: vonageApiHost };
  return vonageIdentityInsights({ applicationId, privateKey, clock, ...host });
};

/** How webhooks are signed; null: not at all. */
export const webhookSigning = ({
  vonageSignatureSecret: secret,
  vonageSignatureMethod: method,
}: Settings): Signing | null => (secret === undefined ? null : { secret, method });
