import type { Vonage } from "@vonage/server-sdk";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { MarketFailure, NumberMarket, NumberQuery, OfferedNumber } from "#core/ports/number-market.ts";
import { fail, ok, type Result } from "#core/result.ts";
import * as failures from "./market-failure.ts";
import { METHOD_FAILED, marketFailure } from "./market-failure.ts";
import { type NumberList, offeredNumbers } from "./offered-numbers.ts";
import type { Sdk, SdkAnswer } from "./sdk.ts";
import { pause, turns } from "./turns.ts";

/** Vonage takes three calls a second, and one a second of those that list our own numbers. */
const SPACING_MS = 340;
const OWNED_SPACING_MS = 1_050;

/** Tries of one call while the carrier says that it is asked too often, and the pause when it names none. */
const TRIES_MAX = 4;
const THROTTLED_PAUSE_MS = 1_000;

/** Numbers API 1.1.0: a page has at most 100. Pages beyond these are not looked at. */
const PAGE_SIZE = 100;
const PAGES_MAX = 5;

export interface NumberMarketOptions {
  readonly sdk: Sdk;
  /** Where inbound texts are to be brought (`moHttpUrl`); null leaves it as it is. */
  readonly inboundUrl: string | null;
  /** Which SMPP binds get them (`moSmppSysType`); null leaves it as it is. */
  readonly systemType: string | null;
  readonly spacingMs?: number;
  readonly ownedSpacingMs?: number;
  readonly throttledPauseMs?: number;
}

type Numbers = Vonage["numbers"];
type Country = Parameters<Numbers["buyNumber"]>[0]["country"];
type Feature = NonNullable<Parameters<Numbers["getAvailableNumbers"]>[0]["features"]>[number];

/**
 * Rents numbers from Vonage. Its answer to whatever cannot be done is one and the same status 420, so that after it our own
 * numbers are looked at: that tells a number which is ours already from one that somebody else was quicker to rent.
 */
export const vonageNumberMarket = (options: NumberMarketOptions): NumberMarket => {
  const { sdk, inboundUrl, systemType, throttledPauseMs = THROTTLED_PAUSE_MS } = options;
  const turn = turns(options.spacingMs ?? SPACING_MS);
  const ownedTurn = turns(options.ownedSpacingMs ?? OWNED_SPACING_MS);

  const call = async <T>(work: (numbers: Numbers) => Promise<T>): Promise<SdkAnswer<T>> => {
    for (let tries = 1; ; tries += 1) {
      if (!(await turn())) return BUSY;
      const answer = await sdk((vonage) => work(vonage.numbers));
      if (answer.kind !== "refused" || answer.status !== 429 || tries === TRIES_MAX) return answer;
      await pause(answer.retryAfterMs ?? throttledPauseMs);
    }
  };

  /** A call that changes something; `methodFailed` finds out what status 420 means to it. */
  const change = async (
    work: (numbers: Numbers) => Promise<Change>,
    methodFailed: (failure: MarketFailure) => Promise<Result<void, MarketFailure>>,
  ): Promise<Result<void, MarketFailure>> => {
    const answer = asRefusal(await call(work));
    if (answer.kind === "answered") return ok(undefined);
    const failure = marketFailure(answer);
    const isMethodFailed = answer.kind === "refused" && answer.status === METHOD_FAILED;
    return isMethodFailed ? methodFailed(failure) : fail(failure);
  };

  const isOurs = async (number: Msisdn, country: string): Promise<Result<boolean, MarketFailure>> => {
    if (!(await ownedTurn())) return fail(failures.THROTTLED);
    const filter = { country: country as Country, pattern: number, size: PAGE_SIZE, index: 1 };
    const answer = await call((numbers) => numbers.getOwnedNumbers(filter));
    if (answer.kind !== "answered") return fail(marketFailure(answer));
    const owned = offeredNumbers(answer.value, country);
    return owned ? ok(owned.numbers.some((each) => each.number === number)) : fail(failures.UNREACHABLE);
  };

  const whenOurs = async (
    [number, country]: readonly [Msisdn, string],
    ours: Result<void, MarketFailure>,
    notOurs: Result<void, MarketFailure>,
  ): Promise<Result<void, MarketFailure>> => {
    const found = await isOurs(number, country);
    return found.ok ? (found.value ? ours : notOurs) : found;
  };

  const searchPage = async (
    query: NumberQuery,
    index: number,
  ): Promise<Result<NumberList, MarketFailure>> => {
    const features = KNOWN_FEATURES.filter((feature) => query.features.includes(feature)) as Feature[];
    const filter = {
      country: query.country as Country,
      size: Math.min(query.limit, PAGE_SIZE),
      index,
      ...(features.length > 0 ? { features } : {}),
      ...(query.contains ? { contains: query.contains } : {}),
    };
    const answer = await call((numbers) => numbers.getAvailableNumbers(filter));
    if (answer.kind !== "answered") return fail(marketFailure(answer));
    const page = offeredNumbers(answer.value, query.country);
    return page ? ok(page) : fail(failures.UNREACHABLE);
  };

  return {
    search: async (query) => {
      const found = new Map<Msisdn, OfferedNumber>();
      for (let index = 1; index <= PAGES_MAX && found.size < query.limit; index += 1) {
        const page = await searchPage(query, index);
        if (!page.ok) return page;
        for (const offer of page.value.numbers) if (hasFeatures(offer, query)) found.set(offer.number, offer);
        if (index * Math.min(query.limit, PAGE_SIZE) >= page.value.count) break;
      }
      return ok([...found.values()].slice(0, query.limit));
    },
    owns: isOurs,
    rent: (number, country) =>
      change(
        (numbers) => numbers.buyNumber({ country: country as Country, msisdn: number }),
        (failure) =>
          whenOurs(
            [number, country],
            ok(undefined),
            fail(failure.code === "number-restricted" ? failure : failures.TAKEN),
          ),
      ),
    configure: async (number, country) => {
      if (inboundUrl === null && systemType === null) return ok(undefined);
      const settings = {
        ...(inboundUrl === null ? {} : { moHttpUrl: inboundUrl }),
        ...(systemType === null ? {} : { moSmppSysType: systemType }),
      };
      return change(
        (numbers) => numbers.updateNumber({ country: country as Country, msisdn: number, ...settings }),
        () => whenOurs([number, country], fail(failures.WEBHOOK_UNREACHABLE), fail(failures.NOT_OURS)),
      );
    },
    release: (number, country) =>
      change(
        (numbers) => numbers.cancelNumber({ country: country as Country, msisdn: number }),
        () => whenOurs([number, country], fail(failures.NOT_RELEASED), ok(undefined)),
      ),
  };
};

/** In the order in which the API wants them. */
const KNOWN_FEATURES: readonly string[] = ["SMS", "VOICE", "MMS"];

const hasFeatures = (offer: OfferedNumber, query: NumberQuery): boolean =>
  query.features.every((feature) => offer.features.includes(feature));

const BUSY = { kind: "refused", status: 429, label: "", retryAfterMs: null } as const;

interface Change {
  readonly errorCode?: string;
  readonly errorCodeLabel?: string;
}

/** The SDK does not look at the code inside a 2xx answer. */
const asRefusal = (answer: SdkAnswer<Change>): SdkAnswer<Change> => {
  if (answer.kind !== "answered" || answer.value.errorCode === "200") return answer;
  const status = Number(answer.value.errorCode);
  const label = String(answer.value.errorCodeLabel ?? "");
  return Number.isInteger(status)
    ? { kind: "refused", status, label, retryAfterMs: null }
    : { kind: "nothing" };
};
