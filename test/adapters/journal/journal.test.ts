import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countedJournal } from "#adapters/journal/counted.ts";
import { writtenJournal } from "#adapters/journal/json-lines.ts";
import { LINES_MAX, limitedLines, WINDOW_MS } from "#adapters/journal/limited-lines.ts";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { createLog } from "#apps/process/log.ts";
import { JOURNAL_EVENTS, JOURNAL_LEVELS } from "#core/ports/journal.ts";
import { describeJournal, FACTS, tellOf } from "#test/contracts/journal.contract.ts";
import { virtualTime } from "#test/core/virtual-time.ts";

interface Line {
  readonly level: string;
  readonly event: string;
  readonly msg: string;
  readonly leftOut?: number;
}

const createWritten = () => {
  const lines: Line[] = [];
  const time = virtualTime();
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const journal = writtenJournal(createLog({ name: "test", level: "debug", destination }), time.timer);
  return { journal, lines, time };
};

const countOf = <T>(items: readonly T[], event: (item: T) => string, times: (item: T) => number) => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(event(item), (counts.get(event(item)) ?? 0) + times(item));
  return counts;
};

describeJournal("a journal in memory", () => {
  const journal = recordedJournal();
  const told = () =>
    countOf(
      journal.entries(),
      ({ event }) => event,
      () => 1,
    );
  return { journal, told };
});

describeJournal("a journal that counts", () => {
  const journal = countedJournal();
  return {
    journal,
    told: () => new Map(Object.entries(journal.counts()).filter(([, count]) => count > 0)),
  };
});

describeJournal("a journal of lines", () => {
  const { journal, lines } = createWritten();
  const told = () => {
    journal.flush();
    return countOf(
      lines,
      ({ event }) => event,
      ({ leftOut = 1 }) => leftOut,
    );
  };
  return { journal, told };
});

describe("a line", () => {
  test("names its event, and stands at its level", () => {
    for (const event of JOURNAL_EVENTS) {
      const { journal, lines } = createWritten();
      tellOf(journal, event);
      expect(lines).toEqual([expect.objectContaining({ event, msg: expect.stringMatching(/\w/) })]);
      expect(lines[0]!.level).toBe(event === "linkDown" ? "warn" : JOURNAL_LEVELS[event]);
    }
  });

  test("of a link that comes back by itself warns, and of one that needs a person is an error", () => {
    const { journal, lines } = createWritten();
    journal.linkDown(FACTS.linkDown);
    journal.linkDown({ ...FACTS.linkDown, code: "other", alarm: true });
    journal.linkDown({ ...FACTS.linkDown, code: "stopped", againInMs: null });
    expect(lines.map(({ level }) => level)).toEqual(["warn", "error", "info"]);
  });
});

describe("a flood of lines that are alike", () => {
  test("is a few lines at once and one a minute, which together say how many there were", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ kind: fc.constantFrom("a", "b"), ms: fc.nat(20_000) }), { maxLength: 120 }),
        async (events) => {
          const time = virtualTime();
          const start = time.clock.now();
          const said: { readonly kind: string; readonly times: number }[] = [];
          const limited = limitedLines<string>({
            timer: time.timer,
            write: (kind, leftOut) => said.push({ kind, times: leftOut === 0 ? 1 : leftOut }),
          });
          for (const { kind, ms } of events) {
            await time.pass(ms);
            limited.add(kind, kind);
          }
          const minutes = 1 + Math.floor((time.clock.now() - start) / WINDOW_MS);
          limited.flush();
          for (const kind of ["a", "b"]) {
            const own = said.filter((line) => line.kind === kind);
            expect(own.length).toBeLessThanOrEqual((LINES_MAX + 1) * minutes + 1);
            expect(own.reduce((sum, { times }) => sum + times, 0)).toBe(
              events.filter((event) => event.kind === kind).length,
            );
          }
          expect(time.pending()).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is told of while it lasts, and ends with its last minute", async () => {
    const { journal, lines, time } = createWritten();
    for (let second = 0; second < 130; second += 1) {
      journal.loopCut(FACTS.loopCut);
      await time.pass(1_000);
    }
    expect(lines.map(({ leftOut }) => leftOut ?? 0)).toEqual([0, 0, 0, 0, 0, 55, 60]);
    await time.pass(WINDOW_MS);
    await time.pass(WINDOW_MS);
    expect(time.pending()).toBe(0);
    journal.loopCut(FACTS.loopCut);
    expect(lines.at(-1)!.leftOut).toBeUndefined();
  });
});
