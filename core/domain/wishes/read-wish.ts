import { isCry, normalise } from "./normalise.ts";
import type { HintReason, Wish, WishFacts, WishRules } from "./wish.ts";
import { meaningOf, type Word } from "./words.ts";

const RELAY: Wish = { kind: "relay" };
const UNCLEAR: Wish = { kind: "unclear" };

/**
 * What a whole text asks of us: the same text, facts and rules always give the same wish. A word that is also speech is a wish
 * only where there is something for it to do: as answer to a text of ours, or where it undoes what the writer wished before.
 */
export const readWish = (text: string, facts: WishFacts, rules: WishRules): Wish => {
  const words = normalise(text);
  if (words === null || words === "") return RELAY;
  const word = meaningOf(words);
  if (word === null) return RELAY;
  const cries = isCry(text);
  if (facts.context !== "unknown") return wishOf(word, words, cries, facts, rules);
  const [ours, theirs] = (["ours", "theirs"] as const).map((context) =>
    wishOf(word, words, cries, { ...facts, context }, rules),
  ) as [Wish, Wish];
  return dependsOnContext(ours, theirs) ? UNCLEAR : theirs;
};

/** A hint also depends on whether it has been given. */
const dependsOnContext = (ours: Wish, theirs: Wish): boolean =>
  ours.kind !== theirs.kind ||
  theirs.kind === "hint" ||
  (ours.kind === "help" && theirs.kind === "help" && ours.relayed !== theirs.relayed);

const wishOf = (
  { meaning, language }: Word,
  word: string,
  cries: boolean,
  facts: WishFacts,
  rules: WishRules,
): Wish => {
  const isKnown = facts.context !== "none";
  const isOurs = facts.context === "ours";
  const hint = (reason: HintReason): Wish =>
    isKnown && rules.hints ? { kind: "hint", reason, language, word } : RELAY;
  const when = (condition: boolean, kind: SimpleKind): Wish => (condition ? { kind, language, word } : RELAY);

  switch (meaning.kind) {
    case "stop":
      return { kind: "stop", scope: "service", language, word };
    case "stop-all":
      return { kind: "stop", scope: "all", language, word };
    case "spoken-stop":
    case "spoken-stop-quiet":
      if (isOurs && rules.contextWords) return { kind: "stop", scope: "service", language, word };
      return meaning.kind === "spoken-stop" ? hint("speech") : RELAY;
    case "speech":
      return isOurs ? hint(meaning.reason) : RELAY;
    case "wrong-number":
      return hint("wrong-number");
    case "unstop":
      return { kind: "start", language, word };
    case "start":
      return when(facts.isOptedOut, "start");
    case "yes":
      return when(rules.optInByYes && facts.wasAskedToStart && isOurs, "start");
    case "help":
      if (!isKnown || cries || !(language === "en" || rules.helpInAllLanguages)) return RELAY;
      return { kind: "help", relayed: rules.relaysHelp && !isOurs, language, word };
    case "info":
      return when(rules.info && isOurs, "info");
    case "block":
      return when(isKnown, "block");
    case "unblock":
      return when(facts.hasBlocked, "unblock");
    case "report":
      return when(rules.report && isKnown, "report");
    case "this":
      return when(rules.narrowing && facts.hasConfirmation, "this");
  }
};

type SimpleKind = "start" | "info" | "block" | "unblock" | "report" | "this";
