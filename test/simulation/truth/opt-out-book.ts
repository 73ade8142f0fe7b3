import type { WishChange } from "./participant-events.ts";

/** What each person has last said of texts in each service, and what holds by that: the judge's own reading of the rules. */
export interface OptOutBook {
  stop(serviceId: string, number: string, isForAll: boolean): void;
  start(serviceId: string, number: string): void;
  /** The carrier says so: it changes nothing for somebody who is opted out already. */
  stopByCarrier(serviceId: string, number: string): void;
  since(serviceId: string, number: string): number | null;
  isByCarrier(serviceId: string, number: string): boolean;
  /** Whether somebody has not wanted texts of a service at some time since then. */
  hasHeldSince(serviceId: string, number: string, since: number): boolean;
}

interface Said {
  readonly isOut: boolean;
  readonly isForAll: boolean;
  readonly isByCarrier: boolean;
}

const IN: Said = { isOut: false, isForAll: false, isByCarrier: false };

/** `changed` hears when something else holds in the service of which it was said. */
export const createOptOutBook = (
  services: readonly string[],
  now: () => number,
  changed: (change: WishChange) => void,
): OptOutBook => {
  const said = new Map<string, Said>();
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  const key = (serviceId: string, number: string): string => `${serviceId} ${number}`;

  const isOut = (serviceId: string, number: string): boolean => {
    const own = said.get(key(serviceId, number));
    if (own) return own.isOut;
    return services.some((each) => said.get(key(each, number))?.isForAll);
  };

  const change = (
    serviceId: string,
    number: string,
    source: WishChange["source"],
    perform: () => void,
  ): void => {
    const wasOut = isOut(serviceId, number);
    perform();
    const isOutNow = isOut(serviceId, number);
    if (isOutNow !== wasOut) changed({ serviceId, number, isOut: isOutNow, source });
    for (const service of services) {
      const place = key(service, number);
      if (isOut(service, number)) begun.set(place, begun.get(place) ?? now());
      else if (begun.delete(place)) ended.set(place, now());
    }
  };

  return {
    stop: (serviceId, number, isForAll) =>
      change(serviceId, number, "text", () => {
        if (isForAll) {
          for (const service of services)
            if (said.get(key(service, number))?.isOut === false) said.delete(key(service, number));
        }
        const wasForAll = said.get(key(serviceId, number))?.isForAll ?? false;
        said.set(key(serviceId, number), {
          isOut: true,
          isForAll: isForAll || wasForAll,
          isByCarrier: false,
        });
      }),
    start: (serviceId, number) =>
      change(serviceId, number, "text", () => {
        said.delete(key(serviceId, number));
        if (isOut(serviceId, number)) said.set(key(serviceId, number), IN);
      }),
    stopByCarrier: (serviceId, number) =>
      change(serviceId, number, "carrier", () => {
        if (isOut(serviceId, number)) return;
        said.set(key(serviceId, number), { isOut: true, isForAll: false, isByCarrier: true });
      }),
    since: (serviceId, number) => begun.get(key(serviceId, number)) ?? null,
    isByCarrier: (serviceId, number) => said.get(key(serviceId, number))?.isByCarrier ?? false,
    hasHeldSince: (serviceId, number, since) =>
      isOut(serviceId, number) || (ended.get(key(serviceId, number)) ?? Number.NEGATIVE_INFINITY) >= since,
  };
};
