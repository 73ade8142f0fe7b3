import type { Simulator } from "#apps/simulator/simulator.ts";
import type { Side } from "./people.ts";

/** Texts that people have sent, and what their readers' handsets show of them. */
export interface Load {
  /** One side of each conversation texts, in turn, until there are `count` more. */
  send(count: number): void;
  sent(): number;
  audit(): Audit;
}

export interface Audit {
  /** Texts that no handset shows. */
  readonly lost: number;
  /** More of a text than were sent. */
  readonly doubled: number;
  /** Texts on a handset that they were not for, or under a wrong sender. */
  readonly misrouted: number;
  /** Texts that a handset shows after a later one of the same person. */
  readonly disordered: number;
}

/**
 * Numbered texts, each different from all others; or, with `words`, the same words again and again, of which only the count can be
 * told. `others`: carriers by way of which some may arrive as well, also such as come later.
 */
export const loadOf = (
  simulator: Simulator,
  sides: readonly Side[],
  words?: string,
  others: readonly Pick<Simulator, "inbox">[] = [],
): Load => {
  const inboxOf = (handset: string) => [simulator, ...others].flatMap((carrier) => carrier.inbox(handset));
  const textsBy = new Map<Side, string[]>(sides.map((side) => [side, []]));
  /** Both sides at such a pace would be two machines that answer each other, which is not relayed for long. */
  const writers = sides.filter((_, i) => i % 2 === 0);
  let sent = 0;

  const auditSide = (side: Side): Audit => {
    const wanted = textsBy.get(side)!;
    const shown = inboxOf(side.other).filter(({ from }) => from === side.shownAs);
    const texts = shown.map(({ text }) => text);
    if (words !== undefined) {
      const [less, more] = [wanted.length - texts.length, texts.length - wanted.length];
      const misrouted = texts.filter((text) => text !== words).length;
      return { lost: Math.max(0, less), doubled: Math.max(0, more), misrouted, disordered: 0 };
    }
    const placeOf = new Map(wanted.map((text, place) => [text, place]));
    const firsts = [...new Set(texts)];
    const places = firsts.flatMap((text) => placeOf.get(text) ?? []);
    return {
      lost: wanted.length - places.length,
      doubled: texts.length - firsts.length,
      misrouted: firsts.length - places.length,
      disordered: places.filter((place, i) => i > 0 && place < places[i - 1]!).length,
    };
  };

  return {
    send: (count) => {
      for (let i = 0; i < count; i += 1, sent += 1) {
        const side = writers[sent % writers.length]!;
        const text = words ?? `Text ${sent} of this load`;
        textsBy.get(side)!.push(text);
        const outcome = simulator.text(side.person, side.textsTo, text);
        if (outcome.kind !== "sent") throw new Error(`The handset cannot text: ${outcome.kind}`);
      }
    },
    sent: () => sent,
    audit: () => {
      const strangers = sides.flatMap((side) =>
        inboxOf(side.other).filter(({ from }) => from !== side.shownAs),
      ).length;
      const audits = sides.map(auditSide);
      const sum = (of: (audit: Audit) => number): number =>
        audits.reduce((total, audit) => total + of(audit), 0);
      return {
        lost: sum(({ lost }) => lost),
        doubled: sum(({ doubled }) => doubled),
        misrouted: strangers + sum(({ misrouted }) => misrouted),
        disordered: sum(({ disordered }) => disordered),
      };
    },
  };
};
