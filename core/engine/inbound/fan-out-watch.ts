import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { likenessOf, linkLikenessesOf } from "#core/domain/likeness.ts";
import { HOUR_MS, type LimitRule } from "#core/domain/text-limits.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** People who are remembered, at most, about a kilobyte each. */
const PEOPLE_MAX = 10_000;
/** Different texts, or links, of one person that are compared with the next one. */
const COMPARED = 16;

/** Knows what one person writes into many conversations. */
export interface FanOutWatch {
  /** Which limit this text of a person goes beyond; null: none, and it is remembered that it was written into this conversation. */
  look(
    person: string,
    inbound: Pick<InboundMessage, "text" | "receivedAt">,
    conversationId: string,
    limits: LimitRule,
  ): "same-text" | "same-link" | null;
}

/** One text, or link, of one person. */
interface Said {
  readonly likeness: number;
  readonly at: number;
  readonly conversations: readonly string[];
}

export const createFanOutWatch = (): FanOutWatch => {
  const texts = createGenerationalCache<readonly Said[]>(PEOPLE_MAX);
  const links = createGenerationalCache<readonly Said[]>(PEOPLE_MAX);
  return {
    look: (person, { text, receivedAt: at }, conversationId, { sameTextTo, sameLinkTo = null }) => {
      const likeness = sameTextTo === null ? null : likenessOf(text);
      const pages = sameLinkTo === null ? NONE : linkLikenessesOf(text);
      if (likeness === null && pages.length === 0) return null;
      const saidOf = (all: typeof texts): readonly Said[] =>
        (all.get(person) ?? []).filter((each) => at - each.at <= HOUR_MS);
      const [saidTexts, saidLinks] = [saidOf(texts), saidOf(links)];
      if (likeness !== null && isTooMany(saidTexts, likeness, conversationId, sameTextTo!))
        return "same-text";
      if (pages.some((page) => isTooMany(saidLinks, page, conversationId, sameLinkTo!))) return "same-link";
      if (likeness !== null) texts.set(person, withOne(saidTexts, likeness, conversationId, at));
      const known = pages.reduce((all, page) => withOne(all, page, conversationId, at), saidLinks);
      if (known !== saidLinks) links.set(person, known);
      return null;
    },
  };
};

const NONE: readonly number[] = [];

const isTooMany = (said: readonly Said[], likeness: number, conversationId: string, max: number): boolean => {
  const conversations = said.find((each) => each.likeness === likeness)?.conversations ?? [];
  // breakage: fan-out-for-ever
  return conversations.length >= max && !conversations.includes(conversationId);
};

const withOne = (
  said: readonly Said[],
  likeness: number,
  conversationId: string,
  at: number,
): readonly Said[] => {
  const known = said.find((each) => each.likeness === likeness);
  const conversations = known?.conversations ?? [];
  if (conversations.includes(conversationId)) return said;
  const others = said.filter((each) => each !== known).slice(1 - COMPARED);
  return [...others, { likeness, at, conversations: [...conversations, conversationId] }];
};
