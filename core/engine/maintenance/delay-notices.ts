import { DELAY_TOLD_WITHIN_MS, isDelayed, type WaitingText } from "#core/domain/delay.ts";
import { type Rules, rulesByService } from "#core/domain/service-rules.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { QueuedText, Reconciliation } from "#core/ports/reconciliation.ts";
import type { Services } from "#core/ports/services.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { NOTICED_AGAIN_MS, noticeToWriter } from "./writer-notice.ts";

export interface DelayNoticePorts {
  readonly conversations: Pick<Conversations, "get" | "addMessages">;
  readonly reconciliation: Pick<Reconciliation, "waiting">;
  readonly services: Pick<Services, "current">;
  /** What this process has in hand to send. */
  readonly owned: () => Iterable<WaitingText>;
}

/** Tells writers that a text of theirs takes longer than usual, where the service wants that. */
export interface DelayNotices {
  tell(now: number): Promise<void>;
}

/** Texts that are looked at in one turn; the others wait on, and are seen by the next one. */
const TEXTS_AT_ONCE = 100;
/** Of the queue, in one turn; the next one goes on after them. */
const PAGE = 500;
const PAGES_MAX = 10;
/** Texts of which is told, or need not be, are remembered; of what is forgotten is told once all the same, by the id of the notice. */
const KNOWN_MAX = 20_000;

/**
 * Each process looks at what it has in hand, and all at what waits in the queue; they write the same notices under the same ids. Nothing is
 * read while no service wants it.
 */
export const createDelayNotices = (
  { conversations, reconciliation, services, owned }: DelayNoticePorts,
  settings: { readonly messageTtlMs: number },
): DelayNotices => {
  const rulesOf = rulesByService(settings);
  /** Before when a text need not be looked at again. */
  const known = createGenerationalCache<number>(KNOWN_MAX);

  /** As far as the last turn came; before all that waits: it came to the end. */
  let lookedTo = Number.NEGATIVE_INFINITY;

  /** What waits in the queue, the oldest first, from where the last turn left off: of some nobody is to be told, and they are many. */
  const queuedIn = async (after: number, until: number): Promise<readonly QueuedText[]> => {
    const found: QueuedText[] = [];
    let from = Math.max(after, lookedTo);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const texts = await reconciliation.waiting({ after: from, until }, PAGE);
      found.push(...texts);
      lookedTo = Number.NEGATIVE_INFINITY;
      if (texts.length < PAGE) break;
      const last = texts.at(-1)!.receivedAt;
      // Others may have come in the same millisecond as the last one, unless there are too many of them to get on.
      from = texts[0]!.receivedAt === last ? last : last - 1;
      lookedTo = from;
    }
    return found;
  };

  /** Answers before when it is not needed again. */
  const tellOf = async (
    text: WaitingText,
    telling: ReadonlyMap<string, Rules>,
    now: number,
  ): Promise<number> => {
    const conversation = await conversations.get(text.conversationId);
    const rules = conversation && telling.get(conversation.serviceId);
    if (!rules) return now + NOTICED_AGAIN_MS;
    const { delayNoticeAfterMs: afterMs } = rules;
    if (!isDelayed(text, now, afterMs)) return text.receivedAt + afterMs!;
    const expiresAt = now + Math.min(DELAY_TOLD_WITHIN_MS, rules.messageTtlMs);
    const about = { kind: "delayed", writerId: text.senderId!, at: text.receivedAt + afterMs! } as const;
    const notice = noticeToWriter(conversation, about, rules, now, expiresAt);
    // Refused where they want no texts, and known where they have been told.
    if (notice) await conversations.addMessages(conversation.id, [notice]);
    return Number.POSITIVE_INFINITY;
  };

  return {
    tell: async (now) => {
      const telling = new Map(
        [...(await services.current())]
          .map(([id, service]) => [id, rulesOf(service)] as const)
          .filter(([, { delayNoticeAfterMs }]) => delayNoticeAfterMs !== null),
      );
      // breakage: never-tell-of-delays
      if (telling.size === 0) return;
      const waits = [...telling.values()].map(({ delayNoticeAfterMs }) => delayNoticeAfterMs!);
      const [first, last] = [Math.min(...waits), Math.max(...waits)];
      const queued = await queuedIn(now - last - DELAY_TOLD_WITHIN_MS, now - first);
      let looked = 0;
      const wanted = queued.filter(({ serviceId }) => serviceId !== null && telling.has(serviceId));
      for (const text of [...owned(), ...wanted]) {
        if (!isDelayed(text, now, first) || looked === TEXTS_AT_ONCE) continue;
        const key = `${text.senderId} ${text.receivedAt}`;
        if ((known.get(key) ?? now) > now) continue;
        looked += 1;
        known.set(key, await tellOf(text, telling, now));
      }
    },
  };
};
