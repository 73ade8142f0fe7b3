import type { Broadcasts } from "#core/ports/broadcasts.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Events } from "#core/ports/events.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";
import type { PairBlocks } from "#core/ports/pair-blocks.ts";
import type { Services } from "#core/ports/services.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Traffic } from "#core/ports/traffic.ts";
import type { Webhooks } from "#core/ports/webhooks.ts";

/**
 * Storage as a key of one service sees it: what belongs to another does not exist. This is the one place that keeps them apart, whatever
 * an endpoint asks for.
 */
export const storageWithin = (storage: Storage, own: string): Storage => ({
  ...storage,
  conversations: conversationsWithin(storage.conversations, own),
  services: servicesWithin(storage.services, own),
  numbers: numbersWithin(storage.numbers, own),
  traffic: trafficWithin(storage, own),
  optOuts: optOutsWithin(storage.optOuts, own),
  pairBlocks: pairBlocksWithin(storage.pairBlocks, own),
  events: eventsWithin(storage, own),
  webhooks: webhooksWithin(storage, own),
  broadcasts: broadcastsWithin(storage.broadcasts, own),
  reports: { ...storage.reports, list: (_, page) => storage.reports.list(own, page) },
});

/** Names of services are resolved before anything is done in them: a foreign one here is a slip of ours. */
const mustBe = (own: string, serviceId: string): void => {
  if (serviceId !== own) throw new Error("A request reached into another service");
};

const conversationsWithin = (all: Conversations, own: string): Conversations => {
  const get: Conversations["get"] = async (id) => {
    const found = await all.get(id);
    // breakage: show-foreign-conversation
    return found?.serviceId === own ? found : null;
  };
  const isOwn = async (id: string): Promise<boolean> => (await get(id)) !== null;
  return {
    ...all,
    get,
    openingFacts: async (serviceId, numbers, fresh) => {
      mustBe(own, serviceId);
      return all.openingFacts(serviceId, numbers, fresh);
    },
    open: async (opening) => {
      mustBe(own, opening.conversation.serviceId);
      return all.open(opening);
    },
    list: (filter, page) => all.list({ ...filter, serviceId: own }, page),
    close: async (closing) => ((await isOwn(closing.id)) ? all.close(closing) : null),
    swap: async (swap) => ((await isOwn(swap.conversationId)) ? all.swap(swap) : { kind: "closed" }),
    patch: async (id, change) => ((await isOwn(id)) ? all.patch(id, change) : null),
    addMessages: async (id, messages) => ((await isOwn(id)) ? all.addMessages(id, messages) : "closed"),
    addRetry: async (of, message) =>
      (await isOwn(message.conversationId)) ? all.addRetry(of, message) : "closed",
    failed: (query, page) => all.failed({ ...query, serviceId: own }, page),
    silent: async (id, since) => ((await isOwn(id)) ? all.silent(id, since) : []),
    failing: async (query) => {
      const { items, next } = await all.failing(query);
      return { items: items.filter(({ serviceId }) => serviceId === own), next };
    },
    messages: async (id, page) => ((await isOwn(id)) ? all.messages(id, page) : { items: [], next: null }),
    message: async (id) => {
      const found = await all.message(id);
      return found?.serviceId === own ? found : null;
    },
    searchMessages: (query, page) => all.searchMessages({ ...query, serviceId: own }, page),
    openOn: async (number, limit) =>
      (await all.openOn(number, limit)).filter(({ serviceId }) => serviceId === own),
    routeAt: async (pair, at) => {
      const found = await all.routeAt(pair, at);
      return found && (await isOwn(found.conversationId)) ? found : null;
    },
  };
};

const servicesWithin = (all: Services, own: string): Services => ({
  add: async () => {
    throw new Error("A key of one service cannot add another");
  },
  get: async (id) => (id === own ? all.get(id) : null),
  change: async (id, change) => (id === own ? all.change(id, change) : null),
  remove: async (id) => (id === own ? all.remove(id) : "unknown"),
  current: async () => new Map([...(await all.current())].filter(([id]) => id === own)),
});

const numbersWithin = (all: Numbers, own: string): Numbers => {
  const get: Numbers["get"] = async (number) => {
    const found = await all.get(number);
    return found?.serviceId === own ? found : null;
  };
  const ownAmong: Numbers["ownAmong"] = async (numbers) =>
    new Map([...(await all.ownAmong(numbers))].filter(([, serviceId]) => serviceId === own));
  return {
    ...all,
    get,
    ownAmong,
    add: async (number) => {
      mustBe(own, number.serviceId);
      return all.add(number);
    },
    confirmPlace: async (id, number) => {
      mustBe(own, number.serviceId);
      return all.confirmPlace(id, number);
    },
    list: (_, page) => all.list(own, page),
    drain: async (number) => ((await get(number)) ? all.drain(number) : null),
    remove: async (number, now) => ((await get(number)) ? all.remove(number, now) : "unknown"),
    usedAt: async (number, since) => ((await get(number)) ? all.usedAt(number, since) : null),
    pools: async (now) => (await all.pools(now)).filter(({ serviceId }) => serviceId === own),
    // What is kept is of all services: one of them alone is never kept.
    keepPools: async () => {},
    keptPools: async () => {
      const kept = await all.keptPools();
      return kept && { ...kept, pools: kept.pools.filter(({ serviceId }) => serviceId === own) };
    },
    failures: async (since) => {
      const { failed, isCut } = await all.failures(since);
      const ours = await ownAmong([...new Set(failed.map(({ number }) => number))]);
      return { failed: failed.filter(({ number }) => ours.has(number)), isCut };
    },
  };
};

const trafficWithin = ({ traffic, numbers }: Storage, own: string): Traffic => ({
  ...traffic,
  routes: async (pairs) => {
    const [routes, services] = await Promise.all([
      traffic.routes(pairs),
      numbers.ownAmong([...new Set(pairs.map(({ virtualNumber }) => virtualNumber))]),
    ]);
    return routes.map((route, i) => (services.get(pairs[i]!.virtualNumber) === own ? route : null));
  },
});

const optOutsWithin = (all: OptOuts, own: string): OptOuts => ({
  get: async (serviceId, number) => {
    mustBe(own, serviceId);
    return all.get(serviceId, number);
  },
  put: async (serviceId, number, at, scope) => {
    mustBe(own, serviceId);
    if (scope === "all") throw new Error("A key of one service cannot speak for another");
    return all.put(serviceId, number, at);
  },
  list: (_, page) => all.list(own, page),
  remove: async (serviceId, number, at) => {
    mustBe(own, serviceId);
    return all.remove(serviceId, number, at);
  },
  wishes: async (serviceId, number) => {
    mustBe(own, serviceId);
    return all.wishes(serviceId, number);
  },
});

const pairBlocksWithin = (all: PairBlocks, own: string): PairBlocks => {
  const get: PairBlocks["get"] = async (id) => {
    const found = await all.get(id);
    return found?.serviceId === own ? found : null;
  };
  return {
    get,
    list: (_, page) => all.list(own, page),
    saidBy: async (number) => {
      const ids = await all.saidBy(number);
      const blocks = await Promise.all(ids.map(get));
      return ids.filter((_, i) => blocks[i] !== null);
    },
    remove: async (id, at) => (await get(id)) !== null && all.remove(id, at),
  };
};

/** Lines are only asked for after their broadcast: whoever sees that sees them. */
const broadcastsWithin = (all: Broadcasts, own: string): Broadcasts => {
  const get: Broadcasts["get"] = async (id) => {
    const found = await all.get(id);
    return found?.serviceId === own ? found : null;
  };
  return {
    ...all,
    get,
    begin: async (broadcast) => {
      mustBe(own, broadcast.serviceId);
      return all.begin(broadcast);
    },
    move: async (id, state, at) => ((await get(id)) ? all.move(id, state, at) : null),
  };
};

/** Events name their service by its slug, and one that has gone by its id. */
const eventsWithin = ({ events, services }: Storage, own: string): Events => ({
  ...events,
  read: async (query) => {
    const service = (await services.current()).get(own)?.slug ?? own;
    // breakage: read-foreign-events
    return events.read({ ...query, service });
  },
});

const webhooksWithin = ({ webhooks: all, services }: Storage, own: string): Webhooks => {
  const ownSlug = async (): Promise<string> => (await services.current()).get(own)?.slug ?? own;
  const get: Webhooks["get"] = async (id) => {
    const found = await all.get(id);
    return found?.service === (await ownSlug()) ? found : null;
  };
  const isOwn = async (id: string): Promise<boolean> => (await get(id)) !== null;
  return {
    ...all,
    get,
    add: async (endpoint) => {
      mustBe(await ownSlug(), endpoint.service);
      return all.add(endpoint);
    },
    list: async () => all.list(await ownSlug()),
    change: async (id, version, change) => ((await isOwn(id)) ? all.change(id, version, change) : null),
    remove: async (id) => (await isOwn(id)) && all.remove(id),
    attempts: async (id, limit) => ((await isOwn(id)) ? all.attempts(id, limit) : []),
  };
};
