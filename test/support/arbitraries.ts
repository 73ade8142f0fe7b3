import fc from "fast-check";
import type { Block } from "#core/domain/block.ts";
import type { Participant, Participants } from "#core/domain/conversation.ts";
import { GSM_BASIC, GSM_ESCAPE, GSM_EXTENSION } from "#core/domain/gsm-alphabet.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { GeoMatch, PairUse, PoolNumber } from "#core/domain/number-pool.ts";
import { type Handset, handsetOf } from "#core/domain/numbering/handset.ts";
import type { NewParticipant } from "#core/domain/opening.ts";
import { type Route, routesOf } from "#core/domain/route.ts";
import type { WishSource } from "#core/domain/wishes/command.ts";
import type { Fault } from "#test/core/faulty-storage.ts";
import type { History, Naming, Step } from "#test/core/history.ts";
import type { Script } from "#test/core/scripted-link.ts";

const digit = fc.constantFrom(..."0123456789");

/** Any E.164 number, 7 to 15 digits. */
export const msisdnArbitrary: fc.Arbitrary<Msisdn> = fc
  .tuple(fc.constantFrom(..."123456789"), fc.array(digit, { minLength: 6, maxLength: 14 }))
  .map(([first, rest]) => [first, ...rest].join("") as Msisdn);

/** Any number in the one form that identities, wishes and routes hang on. */
export const handsetArbitrary: fc.Arbitrary<Handset> = msisdnArbitrary.map(handsetOf);

/** A number together with one of the ways people write it. */
export const writtenMsisdnArbitrary: fc.Arbitrary<{ readonly msisdn: Msisdn; readonly written: string }> = fc
  .tuple(
    msisdnArbitrary,
    fc.boolean(),
    fc.boolean(),
    fc.array(fc.constantFrom("", "", " ", "-", "\u00a0", "\u2011"), { minLength: 15, maxLength: 15 }),
  )
  .map(([msisdn, plus, brackets, gaps]) => {
    const digits = [...msisdn].map((each, at) => gaps[at] + each);
    // Brackets of two digits, so that they are never the refused "(0)".
    if (brackets) digits.splice(2, 2, `(${digits[2]}${digits[3]})`);
    return { msisdn, written: (plus ? "+" : "") + digits.join("") };
  });

const gsmBasicCharacter = fc.constantFrom(...[...GSM_BASIC].filter((_, septet) => septet !== GSM_ESCAPE));
const gsmExtensionCharacter = fc.constantFrom(...GSM_EXTENSION.values());
const gsmPiece = fc.oneof(
  { weight: 8, arbitrary: gsmBasicCharacter },
  { weight: 2, arbitrary: gsmExtensionCharacter },
  { weight: 1, arbitrary: fc.constant("\r\n") },
);

/** A text that the GSM default alphabet can spell, from empty to a handful of segments. */
export const gsmTextArbitrary: fc.Arbitrary<string> = fc
  .array(gsmPiece, { maxLength: 700, size: "max" })
  .map((pieces) => pieces.join(""));

/** One thing a reader sees as one character, outside the GSM alphabet, up to some twenty UTF-16 code units. */
export const graphemeArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("👍", "🙂", "👩‍👩‍👧‍👦", "👨🏽‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣"),
  fc.constantFrom("🇬🇧", "🇺🇸", "🇫🇷"),
  fc.constantFrom("“", "”", "’", "…", "–", "ç", "Ж", "中", "한", "각"),
  fc.constantFrom("م", "ر", "ح", "ب", "ا", "مَ", "क्षि", "ที่"),
  fc
    .tuple(
      fc.constantFrom("e", "a", "Z"),
      fc.array(fc.constantFrom("\u0301", "\u0308", "\u0323"), { minLength: 1, maxLength: 12 }),
    )
    .map(([base, marks]) => base + marks.join("")),
);

/** What people text: plain words, extension characters, emoji with joiners and flags, Arabic, accents. No lone surrogates. */
export const smsTextArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("", "ok", "On my way", "See you at 17:30 [gate 4] €5", "مرحبا", "👍"),
  gsmTextArbitrary,
  fc
    .array(fc.oneof({ weight: 3, arbitrary: gsmPiece }, { weight: 1, arbitrary: graphemeArbitrary }), {
      maxLength: 300,
      size: "max",
    })
    .map((pieces) => pieces.join("")),
  fc.array(graphemeArbitrary, { maxLength: 80, size: "max" }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => text.toWellFormed()),
);

/** A moment in milliseconds since the epoch, from 2020 to 2050. */
export const instantArbitrary: fc.Arbitrary<number> = fc.integer({
  min: 1_577_836_800_000,
  max: 2_524_608_000_000,
});

/** Whole milliseconds from none to ten years, round figures among them. */
export const durationMsArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 315_360_000_000 }),
  fc.integer({ min: 0, max: 3_650 }).map((days) => days * 86_400_000),
  fc.integer({ min: 0, max: 100_000 }).map((minutes) => minutes * 60_000),
);

/** What a uniform random source in [0, 1) can give. */
export const chanceArbitrary: fc.Arbitrary<number> = fc.double({
  min: 0,
  max: 1,
  maxExcluded: true,
  noNaN: true,
});

/** Any UUID, as ids are made of. */
export const uuidArbitrary: fc.Arbitrary<string> = fc.uuid();

/** Few countries and areas, so that numbers and people often match; JE is a territory in the plan of GB. */
export const countryArbitrary: fc.Arbitrary<string> = fc.constantFrom("GB", "JE", "US", "FR");

const CALLING_CODE: Readonly<Record<string, string>> = { GB: "44", JE: "44", US: "1", FR: "33" };

/** A number of a country, in one of two areas. */
export const numberOfArbitrary = (country: string): fc.Arbitrary<Msisdn> =>
  fc
    .tuple(fc.constantFrom("770", "202"), fc.integer({ min: 0, max: 9_999_999 }))
    .map(([area, rest]) => `${CALLING_CODE[country]}${area}${String(rest).padStart(7, "0")}` as Msisdn);

/** Active numbers without repetitions. */
export const poolArbitrary = (max = 8): fc.Arbitrary<readonly PoolNumber[]> =>
  fc.uniqueArray(
    countryArbitrary.chain((country) =>
      fc.record({
        number: numberOfArbitrary(country),
        country: fc.constant(country),
        liveRoutes: fc.integer({ min: 0, max: 3 }),
      }),
    ),
    { maxLength: max, selector: ({ number }) => number },
  );

export const geoMatchArbitrary: fc.Arbitrary<GeoMatch> = fc.constantFrom("area", "country", "any");

/** Instants so few that the past, the present and the end of a quarantine often coincide. */
export const nearInstantArbitrary: fc.Arbitrary<number> = fc.integer({ min: 0, max: 12 });

/** What somebody's pair with a number was last used for: live, in quarantine or free again. */
export const pairUseArbitrary = (virtualNumber: Msisdn): fc.Arbitrary<PairUse> =>
  fc
    .record({
      counterpart: fc.constantFrom("same" as const, "other" as const),
      openedAt: nearInstantArbitrary,
      livedMs: fc.option(nearInstantArbitrary),
      quarantineMs: nearInstantArbitrary,
    })
    .map(({ counterpart, openedAt, livedMs, quarantineMs }) => {
      const closedAt = livedMs === null ? null : openedAt + livedMs;
      const quarantinedUntil = closedAt === null ? null : closedAt + quarantineMs;
      return { virtualNumber, counterpart, openedAt, closedAt, quarantinedUntil };
    });

export const personArbitrary: fc.Arbitrary<NewParticipant> = countryArbitrary.chain((country) =>
  fc.record({
    number: numberOfArbitrary(country),
    name: fc.option(fc.constantFrom("Ann", "Bo", "Zoë 2")),
    intro: fc.option(fc.constantFrom("Your driver is on this number", "Bonjour")),
    country: fc.constant(country),
    areaPrefix: fc.constantFrom("770", "202").map((area) => `${CALLING_CODE[country]}${area}`),
  }),
);

/** Two people with different numbers. */
export const peopleArbitrary: fc.Arbitrary<readonly [NewParticipant, NewParticipant]> = fc
  .tuple(personArbitrary, personArbitrary)
  .filter(([a, b]) => a.number !== b.number);

/** Two participants; no two of their four numbers are the same. */
export const participantsArbitrary: fc.Arbitrary<Participants> = fc
  .tuple(
    fc.uniqueArray(handsetArbitrary, { minLength: 4, maxLength: 4 }),
    fc.uniqueArray(uuidArbitrary, { minLength: 2, maxLength: 2 }),
    peopleArbitrary,
  )
  .map(([numbers, ids, people]) => {
    const participant = (i: 0 | 1): Participant => ({
      id: ids[i]!,
      number: numbers[i]!,
      name: people[i].name,
      country: people[i].country,
      areaPrefix: people[i].areaPrefix,
      virtualNumber: numbers[2 + i]!,
    });
    return [participant(0), participant(1)];
  });

/** A route in any state: live, expiring, blocked, quarantined, or free again. Its times are near instants. */
export const routeArbitrary: fc.Arbitrary<Route> = fc
  .record({
    participants: participantsArbitrary,
    conversationId: uuidArbitrary,
    openedAt: nearInstantArbitrary,
    expiresAt: fc.option(nearInstantArbitrary, { freq: 2 }),
    closedAt: fc.option(nearInstantArbitrary, { freq: 2 }),
    quarantineMs: nearInstantArbitrary,
    blockedBy: fc.option(fc.constantFrom<Block>("opt-out", "pair-block"), { freq: 2 }),
    senderWishes: fc.record({
      optedOutBy: fc.option(fc.constantFrom<WishSource>("text", "api", "carrier")),
      confirmedAt: fc.option(nearInstantArbitrary),
      unblockUntil: fc.option(nearInstantArbitrary),
    }),
  })
  .map(({ participants, conversationId, quarantineMs, ...life }) => ({
    ...routesOf(conversationId, participants)[0],
    ...life,
    version: "1",
    quarantinedUntil: life.closedAt === null ? null : life.closedAt + quarantineMs,
  }));

const position = fc.nat({ max: 40 });
const wordsArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("On my way", "On my way", "Here") },
  { weight: 1, arbitrary: fc.constantFrom("STOP", "START", "BLOCK", "UNBLOCK", "HELP") },
  { weight: 1, arbitrary: fc.constant("This is a longer text, of a few parts. ".repeat(9)) },
);
const side = fc.constantFrom(0 as const, 1 as const);

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("open" as const),
      people: fc.oneof(
        { weight: 9, arbitrary: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 2, maxLength: 2 }) },
        { weight: 1, arbitrary: fc.constant([0, 0]) },
      ),
      name: fc.constantFrom<Naming>("none", "none", "plain", "plain", "plain", "number"),
      sticky: fc.boolean(),
      ttlMs: fc.option(fc.constantFrom(3_000, 30_000), { freq: 2 }),
      idleTtlMs: fc.option(fc.constantFrom(4_000, 20_000), { freq: 2 }),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("text" as const),
      conversation: position,
      side,
      words: wordsArbitrary,
      process: side,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("guess" as const),
      person: position,
      number: position,
      words: wordsArbitrary,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("again" as const), text: position, process: side }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), conversation: position }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("swap" as const),
      conversation: position,
      side,
      person: position,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("receipt" as const),
      sent: position,
      state: fc.constantFrom("delivered" as const, "failed" as const, "expired" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("time" as const),
      ms: fc.constantFrom(1, 1, 10, 10, 30, 30, 200, 1_000, 6_000, 16_000),
    }),
  },
);

/** What a carrier does with a call. A lost answer is the only thing after which a text may be sent twice. */
export const scriptArbitrary = (withLosses: boolean): fc.Arbitrary<Script> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Script>({ kind: "accept" }) },
    { weight: 1, arbitrary: fc.constant<Script>({ kind: "refuse" }) },
    { weight: 1, arbitrary: fc.constant<Script>({ kind: "unsent" }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("throttle" as const, "retry" as const),
        partsTaken: fc.nat({ max: 1 }),
      }),
    },
    {
      weight: withLosses ? 1 : 0,
      arbitrary: fc.record({ kind: fc.constant("lost" as const), arrived: fc.boolean() }),
    },
  );

/** A slow and unreliable network to the database. */
export const faultArbitrary: fc.Arbitrary<Fault> = fc.record(
  {
    beforeMs: fc.constantFrom(1, 5, 40),
    afterMs: fc.constantFrom(1, 5, 40),
    lost: fc.constantFrom("request" as const, "answer" as const),
  },
  { requiredKeys: [] },
);

/** What may happen to a few people, three numbers, one or two processes and an unreliable carrier and database. */
export const historyArbitrary = (withLosses = true): fc.Arbitrary<History> =>
  fc.record({
    steps: fc.array(stepArbitrary, { minLength: 4, maxLength: 40, size: "max" }),
    processes: fc.constantFrom(1 as const, 2 as const),
    link: fc.constantFrom("smpp" as const, "http" as const),
    carrier: fc.array(scriptArbitrary(withLosses), { maxLength: 30, size: "max" }),
    faults: fc.oneof(fc.constant([]), fc.array(faultArbitrary, { maxLength: 30, size: "max" })),
  });
