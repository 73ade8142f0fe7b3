import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandOf } from "#core/domain/opt-out-words.ts";
import { smsTextArbitrary } from "#test/support/arbitraries.ts";

const words = {
  stop: ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "OPTOUT", "OPT OUT", "OPT-OUT"],
  start: ["START", "UNSTOP"],
  help: ["HELP"],
  block: ["BLOCK"],
} as const;

const wordArbitrary = fc.constantFrom(
  ...Object.entries(words).flatMap(([command, spellings]) => spellings.map((word) => ({ command, word }))),
);

const decorated = (ends: readonly string[]) =>
  fc
    .tuple(
      wordArbitrary,
      fc.constantFrom("", " ", "\n", "“", '"', "\u00a0"),
      fc.constantFrom(...ends),
      fc.infiniteStream(fc.boolean()),
    )
    .map(([{ command, word }, before, after, upper]) => ({
      command,
      text:
        before + [...word].map((each) => (upper.next().value ? each : each.toLowerCase())).join("") + after,
    }));

describe("a command", () => {
  test("is its word alone, in any case, with space, quotes and an end of sentence around it", () => {
    fc.assert(
      fc.property(decorated(["", " ", ".", "...", "?", " . ", "\r\n", '"', "”."]), ({ command, text }) => {
        expect(commandOf(text)).toBe(command);
      }),
    );
  });

  test("is nothing that has another word beside it", () => {
    fc.assert(
      fc.property(
        wordArbitrary,
        fc.stringMatching(/^[a-z0-9👍]{1,12}$/u),
        fc.boolean(),
        ({ word }, other, before) => {
          if (word === "STOP" && other === "all" && !before) return;
          expect(commandOf(before ? `${other} ${word}` : `${word} ${other}`)).toBeNull();
        },
      ),
    );
  });

  test("is none of what people otherwise write", () => {
    fc.assert(
      fc.property(smsTextArbitrary, (text) => {
        expect(commandOf(text)).toBeNull();
      }),
    );
  });

  test.each([
    "yes",
    "No",
    "Cancel",
    "END",
    "quit",
    "Revoke",
    "info",
    "",
    "...",
    "Stop it",
    "don't stop",
    "Help!",
    "HELP!!!",
  ])("%j is for the other one", (text) => {
    expect(commandOf(text)).toBeNull();
  });

  test("to stop is obeyed however angrily it is said", () => {
    expect(["stop", "Stop!", "STOP!!!", " “Stop.” ", "Opt-out."].map(commandOf)).toEqual(
      Array(5).fill("stop"),
    );
  });
});
