import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWish } from "#core/domain/wishes/read-wish.ts";
import { basicWishRules, fullWishRules, type Wish, type WishFacts } from "#core/domain/wishes/wish.ts";
import { smsTextArbitrary } from "#test/support/arbitraries.ts";
import { dressedArbitrary, quietlyDressedArbitrary } from "./dress.ts";

const facts = (context: WishFacts["context"], more: Partial<WishFacts> = {}): WishFacts => ({
  context,
  isOptedOut: false,
  hasConfirmation: false,
  hasBlocked: false,
  wasAskedToStart: false,
  ...more,
});

/** A wish in a word, as in the table. */
const spoken = (wish: Wish): string => {
  switch (wish.kind) {
    case "stop":
      return wish.scope === "all" ? "all" : "stop";
    case "help":
      return wish.relayed ? "help and relay" : "help";
    default:
      return wish.kind;
  }
};

type Row = readonly [texts: readonly string[], ours: string, theirs: string, more?: Partial<WishFacts>];

const always = (action: string, ...texts: string[]): Row => [texts, action, action];

const TABLE: readonly Row[] = [
  always("stop", "STOP", "stop", "Stop.", "STOP!!", '"STOP"', " stop ", "Stop!"),
  always("stop", "ＳＴＯＰ", "S\u200bTOP", "STOP 🛑", "🛑 STOP", "\u2068STOP\u2069", "(STOP)", "-STOP"),
  always("relay", "🛑", "🛑🛑"),
  always("stop", "S.T.O.P.", "stop stop STOP", "s t o p"),
  always("all", "STOPALL", "Stop all", "stop all.", "STOP-ALL"),
  always("stop", "unsubscribe", "UNSUB", "Opt-out", "OPT OUT", "optout", "opt_out"),
  always("stop", "ARRET", "Arrêt", "arrêt !", "Arrêt".normalize("NFD")),
  always("stop", "stopp", "STOPP!", "СТОП", "停止", "退订", "退订。"),
  always("stop", "STOP\n\nSent from my phone", "stop\r\n\r\nVon meinem iPhone gesendet"),
  [["END", "End", "Quit", "quit.", "REVOKE"], "stop", "hint"],
  [["Cancel", "CANCEL", "cancelar", "remove"], "stop", "hint"],
  always("relay", "cancel the ride", "Cancel it please"),
  [["stop it please", "Stop it", "don't stop", "don’t stop"], "hint", "relay"],
  always("relay", "Stop at the corner", "bus stop", "STOP 12345", "stop here", "stop and go"),
  [["stop texting me", "please stop texting", "STOP PLEASE", "please stop"], "stop", "hint"],
  [["Stop. Thank you", "stop thanks", "bitte stopp", "stop por favor"], "stop", "hint"],
  [["leave me alone", "do not contact me again", "no mas", "¡No más!"], "stop", "hint"],
  [["please opt me out", "remove me", "opt me out"], "stop", "hint"],
  always("hint", "wrong number", "Wrong number!", "Falsche Nummer", "mauvais numéro"),
  always("relay", "who is this?"),
  [["arrête", "ARRETE".normalize("NFD"), "arreter", "Arrêtez !"], "stop", "hint"],
  [["BAJA", "Baja"], "stop", "hint"],
  [["alto", "halt", "Detener"], "stop", "relay"],
  always("relay", "para", "pare", "Para."),
  [["parar", "PARAR", "sair"], "stop", "hint"],
  [["abmelden", "afmelden", "TD", "ferma"], "stop", "hint"],
  [["STPO", "stopppp", "sto"], "hint", "relay"],
  always("start", "unstop", "UNSTOP"),
  [["START", "Start!"], "start", "start", { isOptedOut: true }],
  always("relay", "START", "start?"),
  [["Yes", "YES", "y", "ok", "si", "ja", "oui"], "relay", "relay"],
  [["Yes", "YES", "y", "ok", "si", "ja", "oui"], "start", "relay", { wasAskedToStart: true }],
  [["this", "THIS"], "this", "this", { hasConfirmation: true }],
  always("relay", "this", "THIS"),
  [["help", "HELP", "Help.", "Help?"], "help", "help and relay"],
  always("relay", "HELP!", "HELP ME", "help me please", "need help with bags", "help help help"),
  [["AIDE", "ayuda", "Hilfe", "ajuda"], "help", "help and relay"],
  [["INFO", "info"], "info", "relay"],
  always("block", "BLOCK", "block.", "BLOQUER", "BLOQUEAR", "BLOCKIEREN"),
  always("relay", "Block C", "block 4?", "which block"),
  [["UNBLOCK", "débloquer", "desbloquear"], "unblock", "unblock", { hasBlocked: true }],
  always("relay", "UNBLOCK", "unblock"),
  always("report", "REPORT", "report!", "SPAM"),
  always("relay", "report to reception"),
  always("relay", "...", "?!", "👍", "❤️❤️", "", " "),
  always("relay", "911", "112", "999"),
];

const ROWS = TABLE.flatMap(([texts, ours, theirs, more]) =>
  texts.map((text) => ({ text, ours, theirs, more: more ?? {}, when: JSON.stringify(more ?? {}) })),
);

describe("with all rules, a text", () => {
  test.each(ROWS)("$text is '$ours' to ours, '$theirs' to theirs ($when)", ({ text, ours, theirs, more }) => {
    expect(spoken(readWish(text, facts("ours", more), fullWishRules))).toBe(ours);
    expect(spoken(readWish(text, facts("theirs", more), fullWishRules))).toBe(theirs);
  });

  test("of a stranger is heard only where it is no speech, or undoes a wish", () => {
    const heard = ["STOP", "STOPALL", "Arrêt", "UNSTOP"];
    const relayed = ["END", "HELP", "BLOCK", "REPORT", "INFO", "STPO", "wrong number", "START", "this"];
    for (const rules of [basicWishRules, fullWishRules]) {
      expect(heard.map((text) => spoken(readWish(text, facts("none"), rules)))).toEqual([
        "stop",
        "all",
        "stop",
        "start",
      ]);
      expect(relayed.map((text) => spoken(readWish(text, facts("none"), rules)))).toEqual(
        relayed.map(() => "relay"),
      );
      expect(readWish("START", facts("none", { isOptedOut: true }), rules).kind).toBe("start");
    }
  });

  test("tells the language that it is answered in", () => {
    const languageOf = (text: string) => {
      const wish = readWish(text, facts("ours"), fullWishRules);
      return wish.kind === "relay" || wish.kind === "unclear" ? "relay" : wish.language;
    };
    expect(["STOP", "Arrêt", "stopp", "UNSUBSCRIBE", "ajuda", "BAJA", "СТОП"].map(languageOf)).toEqual([
      null,
      "fr",
      "de",
      "en",
      "pt",
      "es",
      null,
    ]);
  });
});

describe("with the basic rules, a text", () => {
  test.each([
    ...["STOP", "Arrêt", "STOPP", "СТОП", "停止", "退订", "opt-out", "unsub"].map((text) => [text, "stop"]),
    ["STOPALL", "all"],
    ["UNSTOP", "start"],
    ["HELP", "help"],
    ["Help?", "help"],
    ["BLOCK", "block"],
    ["bloquer", "block"],
    ...["Help!", "aide", "ayuda", "START", "UNBLOCK", "this", "info", "REPORT", "spam", "yes"].map((text) => [
      text,
      "relay",
    ]),
    ...["END", "cancel", "quit", "stop please", "leave me alone", "stpo", "wrong number", "stop it"].map(
      (text) => [text, "relay"],
    ),
  ])("%j is %j whoever wrote last", (text, action) => {
    for (const context of ["ours", "theirs"] as const) {
      expect(spoken(readWish(text!, facts(context), basicWishRules))).toBe(action);
    }
  });

  test("takes back what holds: START an opt-out, UNBLOCK a block", () => {
    expect(readWish("Start", facts("theirs", { isOptedOut: true }), basicWishRules).kind).toBe("start");
    expect(readWish("unblock.", facts("theirs", { hasBlocked: true }), basicWishRules).kind).toBe("unblock");
  });
});

const anyFacts: fc.Arbitrary<WishFacts> = fc.record({
  context: fc.constantFrom("ours", "theirs", "none"),
  isOptedOut: fc.boolean(),
  hasConfirmation: fc.boolean(),
  hasBlocked: fc.boolean(),
  wasAskedToStart: fc.boolean(),
});

const anyRules = fc.constantFrom(basicWishRules, fullWishRules);

describe("a wish", () => {
  test("to stop is heard in any dress, always", () => {
    const word = fc.constantFrom("stop", "unsubscribe", "optout", "arrêt", "stopp", "стоп", "停止", "退订");
    fc.assert(
      fc.property(word.chain(dressedArbitrary), anyFacts, anyRules, (text, known, rules) => {
        expect(readWish(text, known, rules)).toMatchObject({ kind: "stop", scope: "service" });
      }),
      { numRuns: 1_000 },
    );
  });

  test("is the same in any quiet dress", () => {
    const word = fc.constantFrom(
      "help",
      "block",
      "end",
      "start",
      "unblock",
      "info",
      "report",
      "this",
      "hilfe",
    );
    const pair = word.chain((each) => quietlyDressedArbitrary(each).map((text) => [each, text] as const));
    fc.assert(
      fc.property(pair, anyFacts, anyRules, ([plain, text], known, rules) => {
        expect(readWish(text, known, rules)).toEqual(readWish(plain, known, rules));
      }),
      { numRuns: 1_000 },
    );
  });

  test("is none in a sentence that holds the word", () => {
    const word = fc.constantFrom(
      "stop",
      "start",
      "help",
      "block",
      "end",
      "cancel",
      "report",
      "this",
      "arrêt",
    );
    const other = fc.constantFrom("the", "bus", "at", "corner", "we", "you", "now", "here", "12", "gate");
    fc.assert(
      fc.property(word, other, fc.boolean(), anyFacts, anyRules, (each, beside, before, known, rules) => {
        const text = before ? `${beside} ${each}` : `${each} ${beside}`;
        expect(readWish(text, known, rules)).toEqual({ kind: "relay" });
      }),
    );
  });

  test("is none in what people otherwise write", () => {
    fc.assert(
      fc.property(smsTextArbitrary, anyFacts, anyRules, (text, known, rules) => {
        fc.pre(text !== "ok");
        expect(readWish(text, known, rules)).toEqual({ kind: "relay" });
      }),
    );
  });
});
