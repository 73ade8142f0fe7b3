import fc from "fast-check";
import { expect, test } from "vitest";
import { type Component, startComponents } from "#apps/process/components.ts";
import { openJournal } from "#apps/process/journal.ts";
import { fail, ok } from "#core/result.ts";

const journal = openJournal({ name: "test", level: "silent" });
const never = new AbortController().signal;

type Behaviour = "good" | "refuses" | "throws" | "stops badly";

const componentsOf = (behaviours: readonly Behaviour[], story: string[]): readonly Component[] =>
  behaviours.map((behaviour, index) => ({
    name: `component ${index}`,
    start: async () => {
      story.push(`start ${index}`);
      if (behaviour === "throws") throw new Error("Broken");
      if (behaviour === "refuses") return fail(`component ${index} refuses`);
      return ok(() => {
        story.push(`stop ${index}`);
        if (behaviour === "stops badly") throw new Error("Broken");
      });
    },
  }));

const behaviour = fc.constantFrom<Behaviour>("good", "good", "good", "refuses", "throws", "stops badly");

test("whatever starts is stopped exactly once, in reverse order, also when a later one cannot start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(behaviour, { maxLength: 8 }), async (behaviours) => {
      const story: string[] = [];
      const started = await startComponents(componentsOf(behaviours, story), {
        journal,
        interrupt: never,
        stopMs: 1_000,
      });
      const firstBad = behaviours.findIndex((each) => each === "refuses" || each === "throws");
      expect(started.ok).toBe(firstBad === -1);
      if (started.ok) {
        const outcome = await started.value.stop(never);
        expect(outcome).toBe(behaviours.includes("stops badly") ? "failed" : "clean");
      }
      const running = behaviours
        .slice(0, firstBad === -1 ? behaviours.length : firstBad)
        .map((_, index) => index);
      const tried = firstBad === -1 ? running : [...running, firstBad];
      const expected = [...tried.map((n) => `start ${n}`), ...running.toReversed().map((n) => `stop ${n}`)];
      expect(story).toEqual(expected);
    }),
  );
});

test("a refusal comes out as it was said, a thrown error as one line that names the component", async () => {
  const start = (each: Behaviour) =>
    startComponents(componentsOf([each], []), { journal, interrupt: never, stopMs: 1_000 });
  expect(await start("refuses")).toEqual(fail("component 0 refuses"));
  expect(await start("throws")).toEqual(fail("Cannot start component 0: Broken"));
});
