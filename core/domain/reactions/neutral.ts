import type { Reaction } from "./reaction.ts";
import type { ReactionFamily, ReactionLanguage } from "./wordings.ts";

/**
 * What the other participant is told of a reaction when its quotation is not for them: "Liked a message". A wording that we have
 * no words for keeps its own, with an ellipsis for the quotation.
 */
export const withoutQuotation = (text: string, { family, language, emoji, start, end }: Reaction): string => {
  if (family === "other") return `${text.slice(0, start)}…${text.slice(end)}`;
  if (family === "emoji" && emoji !== null)
    return EMOJI_TO_A_MESSAGE[language ?? "en"].replace("{emoji}", emoji);
  if (language === null) return `${text.slice(0, start)}…${text.slice(end)}`;
  return TO_A_MESSAGE[language][family];
};

const EMOJI_TO_A_MESSAGE: Readonly<Record<ReactionLanguage, string>> = {
  en: "Reacted {emoji} to a message",
  de: "Hat mit {emoji} auf eine Nachricht reagiert",
  fr: "A réagi avec {emoji} à un message",
  es: "Reaccionó con {emoji} a un mensaje",
  pt: "Reagiu com {emoji} a uma mensagem",
};

type Named = Exclude<ReactionFamily, "other">;

const TO_A_MESSAGE: Readonly<Record<ReactionLanguage, Readonly<Record<Named, string>>>> = {
  en: {
    like: "Liked a message",
    love: "Loved a message",
    dislike: "Disliked a message",
    laugh: "Laughed at a message",
    emphasis: "Emphasized a message",
    question: "Questioned a message",
    emoji: "Reacted to a message",
    removed: "Removed a reaction from a message",
  },
  de: {
    like: "Hat eine Nachricht mit „Gefällt mir“ markiert",
    love: "Hat eine Nachricht mit einem Herz markiert",
    dislike: "Hat eine Nachricht mit „Gefällt mir nicht“ markiert",
    laugh: "Hat über eine Nachricht gelacht",
    emphasis: "Hat eine Nachricht hervorgehoben",
    question: "Hat eine Nachricht hinterfragt",
    emoji: "Hat auf eine Nachricht reagiert",
    removed: "Hat eine Reaktion auf eine Nachricht entfernt",
  },
  fr: {
    like: "A aimé un message",
    love: "A adoré un message",
    dislike: "N’a pas aimé un message",
    laugh: "A ri d’un message",
    emphasis: "A mis un message en évidence",
    question: "S’interroge sur un message",
    emoji: "A réagi à un message",
    removed: "A retiré une réaction à un message",
  },
  es: {
    like: "Le gustó un mensaje",
    love: "Le encantó un mensaje",
    dislike: "No le gustó un mensaje",
    laugh: "Le dio risa un mensaje",
    emphasis: "Destacó un mensaje",
    question: "Dudó sobre un mensaje",
    emoji: "Reaccionó a un mensaje",
    removed: "Quitó una reacción a un mensaje",
  },
  pt: {
    like: "Gostou de uma mensagem",
    love: "Amou uma mensagem",
    dislike: "Não gostou de uma mensagem",
    laugh: "Riu de uma mensagem",
    emphasis: "Destacou uma mensagem",
    question: "Questionou uma mensagem",
    emoji: "Reagiu a uma mensagem",
    removed: "Removeu uma reação a uma mensagem",
  },
};
