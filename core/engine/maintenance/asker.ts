import { isMsisdn } from "#core/domain/msisdn.ts";
import { isStrangerTalk } from "#core/domain/out-of-session.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { Route } from "#core/domain/route.ts";
import { rulesByService } from "#core/domain/service-rules.ts";
import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { Policy } from "#core/ports/policy.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import type { Services } from "#core/ports/services.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { OpenAsk, Traffic } from "#core/ports/traffic.ts";
import { createPolicyMeasures, type PolicyMeasures } from "./policy-measures.ts";
import { createQuestioner, type Question, type QuestionerOptions } from "./questioner.ts";

export interface AskerPorts {
  readonly reconciliation: Pick<Reconciliation, "openAsks">;
  readonly numbers: Pick<Numbers, "ownAmong">;
  readonly services: Pick<Services, "current">;
  readonly traffic: Pick<Traffic, "routes">;
  readonly writer: Pick<BatchWriter, "answer">;
  /** Null: nobody can be asked. The services' own choice is taken at once, whenever a text is stored that was to be asked about. */
  readonly policy: Policy | null;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "policySilent" | "policyBlocked">;
}

export interface AskerOptions extends QuestionerOptions {
  readonly messageTtlMs: number;
  /** How often open texts are looked for that this process was not told of. */
  readonly lookMs?: number;
  /** Partitions of conversations that this process asks for. */
  partitions(): readonly number[];
}

/** Asks the policy about the texts that wait for it. */
export interface Asker {
  /** A text has been stored that is to be asked about. */
  wake(): void;
  readonly measures: PolicyMeasures;
  /** Texts that are being asked about, held, or about to be asked about. */
  waiting(): number;
  stop(): Promise<void>;
}

const LOOK_MS = 1_000;
/** Where no service has a hook, so many times longer until the next look. */
const AT_REST = 5;
/** Where no service has a policy, what one has left behind is looked for this seldom. */
const SELDOM = 12;
/** Conversations of which a text is being asked about, held, or about to be asked about; about 500 bytes each. */
const TAKEN_MAX = 5_000;
const FOUND_MAX = 500;

/**
 * Takes the first open text of each conversation in hand, has the policy asked, and gives it to the writer with the ruling; then the
 * conversation's next one. So texts of a conversation are decided on in the order in which they came, and no conversation waits for another.
 * Nothing of it needs to survive: what is open is in storage, and whoever owns the partition then asks again.
 */
export const startAsker = (ports: AskerPorts, options: AskerOptions): Asker => {
  const { reconciliation, numbers, services, traffic, writer, timer } = ports;
  const { lookMs = LOOK_MS, partitions } = options;
  const rulesOf = rulesByService({ messageTtlMs: options.messageTtlMs });
  const measures = createPolicyMeasures();
  const questioner = createQuestioner({ ...ports, measures }, options);
  /** By conversation. */
  const taken = new Map<string, OpenAsk>();
  /** Keys given back while storage is being asked: its answer may still have them. */
  const givenBack = new Set<string>();
  let stopped = false;
  let isLooking = false;
  let again = false;
  let looking: Promise<void> = Promise.resolve();
  let cancel = (): void => {};

  const wake = (): void => {
    again = true;
    if (!isLooking && !stopped) looking = lookOn();
  };

  const lookOn = async (): Promise<void> => {
    isLooking = true;
    try {
      while (again && !stopped) {
        again = false;
        await look();
      }
    } catch (error) {
      // It is looked for again soon.
      if (!(error instanceof StorageUnavailable)) throw error;
    } finally {
      isLooking = false;
    }
  };

  const look = async (): Promise<void> => {
    const limit = Math.min(FOUND_MAX, TAKEN_MAX - taken.size);
    const mine = partitions();
    if (limit <= 0 || mine.length === 0) return;
    givenBack.clear();
    const keys = [...taken.values()].map(({ key }) => key);
    const open = await reconciliation.openAsks(mine, keys, limit);
    const found = open.filter(({ key, conversationId }) => !taken.has(conversationId) && !givenBack.has(key));
    if (found.length === 0) return;
    const ours = await numbers.ownAmong([...new Set(found.map(({ to }) => to))]);
    const known = await services.current();
    const routes = await askRoutes(found);
    if (stopped) return;
    found.forEach((ask, i) => {
      const service = known.get(ours.get(ask.to) ?? "") ?? null;
      const isStranger = isStrangerTalk(ask.conversationId);
      const { senderId = null, recipientId = null } = (!isStranger && routes[i]) || {};
      const conversationId = isStranger ? (routes[i]?.conversationId ?? null) : ask.conversationId;
      const hook = isStranger ? "out-of-session" : "before-relay";
      take({ ask, service, rules: rulesOf(service), hook, conversationId, senderId, recipientId });
    });
    again = true;
  };

  /** In the order of the texts; null: what the pair means now is nothing of the text's conversation. Of a stranger: what it meant last. */
  const askRoutes = async (asks: readonly OpenAsk[]): Promise<readonly (Route | null)[]> => {
    const pairs = asks.map(({ from, to }): Pair | null =>
      isMsisdn(from) && isMsisdn(to) ? { sender: from, virtualNumber: to } : null,
    );
    const answers = await traffic.routes(pairs.filter((pair) => pair !== null));
    let next = 0;
    return pairs.map((pair, i) => {
      const route = pair === null ? null : answers[next++]!;
      if (route === null || route === "unreadable") return null;
      const { conversationId } = asks[i]!;
      return isStrangerTalk(conversationId) || route.conversationId === conversationId ? route : null;
    });
  };

  const take = (question: Question): void => {
    const { ask } = question;
    taken.set(ask.conversationId, ask);
    questioner.put(question, async (ruling) => {
      const result = await writer.answer(ask, ruling);
      taken.delete(ask.conversationId);
      givenBack.add(ask.key);
      // What the writer refuses is taken in hand again after a while, and asked about again.
      if (result === "accepted") wake();
    });
  };

  let looks = 0;
  const next = (ms: number): void => {
    cancel = timer.after(ms, () => {
      looks += 1;
      void services
        .current()
        .then(
          (known) => known.values().some(({ rules }) => rules.beforeRelay || rules.outOfSession),
          () => false,
        )
        .then((isUsed) => {
          if (stopped) return;
          if (isUsed || taken.size > 0 || looks % SELDOM === 1) wake();
          next(isUsed ? lookMs : AT_REST * lookMs);
        });
    });
  };
  // Without a policy there is nothing to look for but what comes.
  // breakage: forget-asks-of-the-dead
  if (ports.policy) next(lookMs);

  return {
    wake,
    measures,
    waiting: () => taken.size,
    stop: async () => {
      stopped = true;
      cancel();
      questioner.stop();
      await looking;
    },
  };
};
