import { describe, expect, test } from "vitest";
import type { LinkReport, ReportedLink } from "#core/ports/link-reports.ts";
import { freshId, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { type CreateStorage, storageOf } from "./storage-scene.ts";

const aLink = (change: Partial<ReportedLink> = {}): ReportedLink => ({
  name: "smpp-1",
  kind: "smpp",
  state: "up",
  inFlight: 3,
  window: 10,
  rate: 28.5,
  sent: 1_000,
  throttled: 2,
  since: NOON,
  ...change,
});

const aReport = (change: Partial<LinkReport> = {}): LinkReport => ({
  process: freshId(),
  kind: "gateway",
  settledBefore: NOON,
  links: [aLink()],
  ...change,
});

/** What `LinkReports` promise, whatever they are kept in. */
export const linkReportsContract = (name: string, create: CreateStorage): void => {
  describe(`the link reports of ${name}`, () => {
    const store = storageOf(create);
    const all = async () => (await store.storage.linkReports.all()).map(({ ageMs: _, ...report }) => report);

    test("are there for everybody, each process's last one", async () => {
      const { linkReports } = store.storage;
      const [first, other] = [aReport(), aReport({ kind: "api", links: [] })];
      const second = aReport({
        process: first.process,
        settledBefore: NOON + SECOND,
        links: [aLink({ state: "down" }), aLink({ name: "http", kind: "http" })],
      });
      expect(await all()).toEqual([]);
      for (const report of [first, other, second]) await linkReports.report(report, []);
      expect(new Set(await all())).toEqual(new Set([second, other]));
    });

    test("say how long ago they came", async () => {
      const { linkReports } = store.storage;
      await linkReports.report(aReport(), []);
      const [early] = await linkReports.all();
      expect(early?.ageMs).toBeGreaterThanOrEqual(0);
      expect(early?.ageMs).toBeLessThan(10 * SECOND);
    });

    test("are gone once they are withdrawn, and withdrawing is safe to repeat", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      for (const report of [mine, other]) await linkReports.report(report, []);
      await linkReports.withdraw(mine.process);
      await linkReports.withdraw(mine.process);
      expect(await all()).toEqual([other]);
    });

    test("name the texts in doubt, for all but the one who has them in doubt itself, also after it has gone", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      const keys = ["smpp:a:0", "smpp:b:0", "smpp:c:0"];
      const areUnconfirmed = (self: LinkReport) => linkReports.areUnconfirmed(keys, self.process);
      await linkReports.report(mine, ["smpp:a:0", "smpp:a:0"]);
      await linkReports.report(mine, []);
      await linkReports.report(other, ["smpp:c:0"]);
      await linkReports.report(mine, ["smpp:a:0", "smpp:c:0"]);
      expect(await areUnconfirmed(mine)).toEqual([false, false, true]);
      expect(await areUnconfirmed(other)).toEqual([true, false, true]);
      await linkReports.withdraw(mine.process);
      expect(await areUnconfirmed(other)).toEqual([true, false, true]);
      expect(await linkReports.areUnconfirmed([], other.process)).toEqual([]);
    });
  });
};
