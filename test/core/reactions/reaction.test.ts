import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutQuotation } from "#core/domain/reactions/neutral.ts";
import { quotes } from "#core/domain/reactions/quotes.ts";
import { REACTION_LENGTH_MAX, readReaction } from "#core/domain/reactions/reaction.ts";
import { smsTextArbitrary } from "#test/support/arbitraries.ts";

const CODE = "Your door code is 4711";

type Row = readonly [text: string, family: string, language: string | null, neutral: string];

const TABLE: readonly Row[] = [
  // iOS
  [`Liked “${CODE}”`, "like", "en", "Liked a message"],
  [`Loved "${CODE}"`, "love", "en", "Loved a message"],
  [`Disliked ‘${CODE}’`, "dislike", "en", "Disliked a message"],
  [`Laughed at “${CODE}”`, "laugh", "en", "Laughed at a message"],
  [`Emphasized “${CODE}”`, "emphasis", "en", "Emphasized a message"],
  [`Emphasised “${CODE}”`, "emphasis", "en", "Emphasized a message"],
  [`Questioned “${CODE}”`, "question", "en", "Questioned a message"],
  [`Removed a like from “${CODE}”`, "removed", "en", "Removed a reaction from a message"],
  [`Removed an exclamation from “${CODE}”`, "removed", "en", "Removed a reaction from a message"],
  [`Removed a question mark from “${CODE}”`, "removed", "en", "Removed a reaction from a message"],
  [`Reacted 👍 to “${CODE}”`, "emoji", "en", "Reacted 👍 to a message"],
  [`Reacted 👍🏽 to “${CODE}”`, "emoji", "en", "Reacted 👍🏽 to a message"],
  [`Reacted with ❤️ to "${CODE}"`, "emoji", "en", "Reacted ❤️ to a message"],
  [`Reacted with a sticker to “${CODE}”`, "emoji", "en", "Reacted to a message"],
  [`Removed 😂 from “${CODE}”`, "removed", "en", "Removed a reaction from a message"],
  // Google Messages
  [`👍 to “${CODE}”`, "emoji", "en", "Reacted 👍 to a message"],
  [`\u200a\u200b👍\u200b to “\u200a${CODE}\u200a”\u200a`, "emoji", "en", "Reacted 👍 to a message"],
  [`❤️ to "${CODE}"`, "emoji", "en", "Reacted ❤️ to a message"],
  [`👩‍❤️‍👨 to “${CODE}”`, "emoji", "en", "Reacted 👩‍❤️‍👨 to a message"],
  [`1️⃣ to “${CODE}”`, "emoji", "en", "Reacted 1️⃣ to a message"],
  [`🇬🇧 to “${CODE}”`, "emoji", "en", "Reacted 🇬🇧 to a message"],
  [`😂 to ${CODE}`, "emoji", null, "Reacted 😂 to a message"],
  [`👍 à "${CODE}"`, "emoji", null, "Reacted 👍 to a message"],
  // German
  [`„Gefällt mir“ zu „${CODE}“`, "like", "de", "Hat eine Nachricht mit „Gefällt mir“ markiert"],
  [`Gefällt „${CODE}“`, "like", "de", "Hat eine Nachricht mit „Gefällt mir“ markiert"],
  [`Hat „${CODE}“ mit „Gefällt mir“ markiert`, "like", "de", "Hat eine Nachricht mit „Gefällt mir“ markiert"],
  [`Hat „${CODE}“ geliebt.`, "love", "de", "Hat eine Nachricht mit einem Herz markiert"],
  [`Hat ein Herz hinzugefügt: „${CODE}“`, "love", "de", "Hat eine Nachricht mit einem Herz markiert"],
  [`Hat über »${CODE}« gelacht`, "laugh", "de", "Hat über eine Nachricht gelacht"],
  [`Hat „${CODE}“ hervorgehoben`, "emphasis", "de", "Hat eine Nachricht hervorgehoben"],
  [`Hat mit 👍 auf „${CODE}“ reagiert`, "emoji", "de", "Hat mit 👍 auf eine Nachricht reagiert"],
  [`👍 zu „${CODE}“`, "emoji", "de", "Hat mit 👍 auf eine Nachricht reagiert"],
  // French
  [`A aimé « ${CODE} »`, "like", "fr", "A aimé un message"],
  [`A aimé «\u00a0${CODE}\u202f»`.normalize("NFD"), "like", "fr", "A aimé un message"],
  [`a attribué la mention « J’aime » à « ${CODE} »`, "like", "fr", "A aimé un message"],
  [`a ajouté un « J'aime » à « ${CODE} »`, "like", "fr", "A aimé un message"],
  [`A adoré « ${CODE} »`, "love", "fr", "A adoré un message"],
  [`a attribué la mention « Adore » à « ${CODE} »`, "love", "fr", "A adoré un message"],
  [`N’a pas aimé « ${CODE} »`, "dislike", "fr", "N’a pas aimé un message"],
  [`A ri de « ${CODE} »`, "laugh", "fr", "A ri d’un message"],
  [`A mis en évidence « ${CODE} »`, "emphasis", "fr", "A mis un message en évidence"],
  [`S’est interrogé(e) sur « ${CODE} »`, "question", "fr", "S’interroge sur un message"],
  [`A réagi avec 🔥 à « ${CODE} »`, "emoji", "fr", "A réagi avec 🔥 à un message"],
  [`A retiré un J’aime de « ${CODE} »`, "removed", "fr", "A retiré une réaction à un message"],
  // Spanish
  [`Le gustó “${CODE}”`, "like", "es", "Le gustó un mensaje"],
  [`Le encantó “${CODE}”`, "love", "es", "Le encantó un mensaje"],
  [`No le gustó “${CODE}”`, "dislike", "es", "No le gustó un mensaje"],
  [`Le dio risa “${CODE}”`, "laugh", "es", "Le dio risa un mensaje"],
  [`Exclamó por “${CODE}”`, "emphasis", "es", "Destacó un mensaje"],
  [`Dudó sobre “${CODE}”`, "question", "es", "Dudó sobre un mensaje"],
  [`Reaccionó con 🫡 a “${CODE}”`, "emoji", "es", "Reaccionó con 🫡 a un mensaje"],
  [`Eliminó un me gusta de “${CODE}”`, "removed", "es", "Quitó una reacción a un mensaje"],
  // Portuguese
  [`Gostou de “${CODE}”`, "like", "pt", "Gostou de uma mensagem"],
  [`Amou “${CODE}”`, "love", "pt", "Amou uma mensagem"],
  [`Não gostou de “${CODE}”`, "dislike", "pt", "Não gostou de uma mensagem"],
  [`Riu de “${CODE}”`, "laugh", "pt", "Riu de uma mensagem"],
  [`Destacou “${CODE}”`, "emphasis", "pt", "Destacou uma mensagem"],
  [`Questionou “${CODE}”`, "question", "pt", "Questionou uma mensagem"],
  [`Reagiu com 😂 a “${CODE}”`, "emoji", "pt", "Reagiu com 😂 a uma mensagem"],
  [`Removeu um coração de “${CODE}”`, "removed", "pt", "Removeu uma reação a uma mensagem"],
  // Others keep their words.
  [`Понравилось «${CODE}»`, "like", null, "Понравилось «…»"],
  [`「${CODE}」にいいねしました`, "other", null, "「…」にいいねしました"],
  [`Vond „${CODE}” leuk`, "like", null, "Vond „…” leuk"],
  [`Ha messo "Mi piace" a "${CODE}"`, "like", null, 'Ha messo "Mi piace" a "…"'],
  [`Tykkäsi viestistä ”${CODE}”`, "other", null, "Tykkäsi viestistä ”…”"],
];

describe("a reaction of a handset", () => {
  test.each(TABLE)("%s", (text, family, language, neutral) => {
    const reaction = readReaction(text)!;
    expect(reaction).toMatchObject({ family, language });
    expect(reaction.quotation.normalize("NFC")).toBe(CODE);
    expect(text.slice(reaction.start, reaction.end)).toBe(reaction.quotation);
    expect(quotes(reaction.quotation, CODE)).toBe(true);
    expect(withoutQuotation(text, reaction)).toBe(neutral);
  });

  test("quotes the whole of what is quoted, with quotes of its own and on several lines", () => {
    const quoted = 'He said "no" and\n“maybe” to Kim’s plan';
    expect(readReaction(`Liked “${quoted}”`)?.quotation).toBe(quoted);
    expect(readReaction(`Le dio risa “${quoted}”`)?.quotation).toBe(quoted);
    expect(readReaction(`👍 to "${quoted}"`)?.quotation).toBe(quoted);
    expect(readReaction(`Hat „${quoted}“ mit „Gefällt mir“ markiert`)?.family).toBe("like");
  });

  test("may be cut, with or without a sign of it", () => {
    expect(readReaction("Liked “Your door code…”")?.quotation).toBe("Your door code…");
    expect(readReaction("Loved “Your door code is 47")?.quotation).toBe("Your door code is 47");
  });

  test("never leaves a word of the quotation in what is told of it", () => {
    const lead = fc.constantFrom(...TABLE.map(([text]) => text.normalize("NFC")));
    const secret = fc.stringMatching(/^[A-Z][a-z]{3,9} [0-9]{4,8}( \([a-z]{3}\))?$/);
    fc.assert(
      fc.property(lead, secret, (text, told) => {
        const spoken = text.replace(CODE, () => told);
        const reaction = readReaction(spoken)!;
        expect(quotes(reaction.quotation, told)).toBe(true);
        expect(withoutQuotation(spoken, reaction)).not.toContain(told.slice(-4));
      }),
    );
  });
});

describe("what people write", () => {
  test.each([
    "",
    "Liked it a lot",
    "I liked the film",
    "Liked an image",
    "“Your door code is 4711”",
    "see you at 7",
    "it's Ann's, isn't it?",
    "rock 'n' roll",
    "'tis 5' long",
    "5 to 7",
    "👍",
    "😂😂",
    "He wrote “no”. I said “yes” and then we left, all of us, because it was late",
    "I told you yesterday at the station that “Your door code is 4711” was wrong, 3 times",
    "Liked “”",
  ])("is no reaction: %j", (text) => {
    expect(readReaction(text)).toBeNull();
  });

  test("is read within its bounds, whatever it is, and gives a range of the text", () => {
    const quoted = fc.constantFrom('"', "“", "«", "'", "Liked ", "👍 to ", "hat ", " gelacht", "…", "a");
    const texts = fc.oneof(
      smsTextArbitrary,
      fc.array(fc.oneof(quoted, smsTextArbitrary), { maxLength: 12 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const reaction = readReaction(text);
        if (reaction !== null) {
          expect(reaction.start).toBeLessThan(reaction.end);
          expect(text.slice(reaction.start, reaction.end)).toBe(reaction.quotation);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("costs no more than its length, however many quotes and words are in it", () => {
    const began = performance.now();
    for (const piece of ["'", '"', "a ", "“a” ", "👍 ", "👍", "hat ", " ", "\u200b", "a'", "liked “"]) {
      readReaction(piece.repeat(REACTION_LENGTH_MAX / piece.length));
      readReaction(`“${piece.repeat(REACTION_LENGTH_MAX / piece.length - 2)}”`);
      quotes(piece.repeat(4_000), piece.repeat(2_000));
      readReaction(piece.repeat(1_000_000));
    }
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

describe("a quotation", () => {
  const words = fc.stringMatching(/^[a-z]{4,9}( [a-z0-9]{2,8}){2,8}$/);

  test("repeats its text however phones and networks change it", () => {
    const change = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.replaceAll(" ", "\n "),
      (text) => text.replaceAll(" ", "\u00a0"),
      (text) => ` “${text}” `,
      (text) => text.normalize("NFD"),
      (text) => `${text}.`,
      (text) => text.replace(" ", ", "),
    );
    fc.assert(
      fc.property(words, change, (text, changed) => {
        expect(quotes(changed(text), text)).toBe(true);
      }),
    );
  });

  test("repeats its text when cut at the end, at the beginning or in the middle", () => {
    fc.assert(
      fc.property(words, fc.nat(), fc.constantFrom("…", "...", " …"), (text, cut, ellipsis) => {
        const at = 1 + (cut % (text.length - 1));
        expect(quotes(text.slice(0, at) + ellipsis, text)).toBe(true);
        expect(quotes(ellipsis + text.slice(at), text)).toBe(true);
        expect(quotes(text.slice(0, 3) + ellipsis + text.slice(at + 3), text)).toBe(true);
      }),
    );
  });

  test("does not repeat another text", () => {
    expect(quotes("ok", "Your door code is 4711. Ok?")).toBe(false);
    expect(quotes("Your…", "The door code is 4711")).toBe(false);
    expect(quotes("See you at the gate", CODE)).toBe(false);
    expect(quotes("", CODE)).toBe(false);
    expect(quotes("…", "")).toBe(false);
    expect(quotes("👍", "👎")).toBe(false);
  });

  test("repeats it by a piece that is long enough, or with more around it", () => {
    expect(quotes("door code is 4711", CODE)).toBe(true);
    expect(quotes(`Bravo» à «${CODE}`, CODE)).toBe(true);
    expect(quotes("?!", "?!")).toBe(true);
  });
});
