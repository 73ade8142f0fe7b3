import { describe, expect, test } from "vitest";
import type { Resolution } from "#core/domain/redelivery.ts";
import type { LinkReport, ReportedLink } from "#core/ports/link-reports.ts";
import { freshId, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { allOf } from "./events.contract.ts";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";

const aLink = (change: Partial<ReportedLink> = {}): ReportedLink => ({
  name: "smpp-1",
  kind: "smpp",
  direction: "transceiver",
  state: "up",
  reason: null,
  nextAttemptAt: null,
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
        links: [
          aLink({
            state: "down",
            reason: { code: "smpp-0x0e", name: "ESME_RINVPASWD", detail: "The carrier refuses the password" },
            nextAttemptAt: NOON + SECOND,
          }),
          aLink({ name: "http", kind: "http" }),
        ],
      });
      expect(await all()).toEqual([]);
      for (const report of [first, other, second]) await linkReports.report(report, []);
      expect(new Set(await all())).toEqual(new Set([second, other]));
    });

    const tellings = async (): Promise<readonly string[]> =>
      (await allOf(store.storage.events, { types: ["link.up", "link.down"] })).map(
        ({ type, subject, data }) => `${type} ${subject} ${"kind" in data ? data.kind : ""}`,
      );

    test("tell once that a link is up or down, whichever processes have it", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      const as = (report: LinkReport, ...states: ReportedLink["state"][]) => ({
        ...report,
        links: states.map((state) => aLink({ state })),
      });
      for (const report of [as(mine, "connecting"), as(mine, "up"), as(mine, "up"), as(other, "degraded")])
        await linkReports.report(report, []);
      expect(await tellings()).toEqual(["link.up smpp-1 smpp"]);
      await linkReports.report(as(mine, "down"), []);
      expect(await tellings()).toEqual(["link.up smpp-1 smpp"]);
      await linkReports.report(as(other, "connecting"), []);
      await linkReports.report(as(other, "down"), []);
      expect(await tellings()).toEqual(["link.up smpp-1 smpp", "link.down smpp-1 smpp"]);
    });

    test("tell that a link is down which its last process has withdrawn", async () => {
      const { linkReports } = store.storage;
      const reports = [aReport(), aReport()];
      for (const report of reports) await linkReports.report(report, []);
      for (const { process } of reports) await linkReports.withdraw(process);
      expect(await tellings()).toEqual(["link.up smpp-1 smpp", "link.down smpp-1 smpp"]);
    });

    test("tell of changes once, however many processes see them at once", async () => {
      const { linkReports } = store.storage;
      const reports = Array.from({ length: 5 }, () =>
        aReport({ links: [aLink(), aLink({ name: "smpp-2" })] }),
      );
      await Promise.all(reports.map((report) => linkReports.report(report, [])));
      expect((await tellings()).toSorted()).toEqual(["link.up smpp-1 smpp", "link.up smpp-2 smpp"]);
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

    const KEYS = ["smpp:a:0", "smpp:b:0", "smpp:c:0"];
    const named = (key: string, at = NOON) => ({ key: `smpp:${key}:0`, at });
    const resolve = (key: string, { process }: LinkReport, at = NOON, instead: Resolution | null = null) =>
      store.storage.linkReports.resolve(`smpp:${key}:0`, { process, at }, instead);
    const reportedTo = async (self: LinkReport) =>
      (await store.storage.linkReports.reported(KEYS, self.process)).map(({ unconfirmedAt }) =>
        unconfirmedAt.toSorted(),
      );

    test("name the unconfirmed texts, for all but the process that named them, also after it has gone", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      await linkReports.report(mine, [named("a"), named("a")]);
      await linkReports.report(mine, []);
      await linkReports.report(other, [named("c", NOON + 7)]);
      await linkReports.report(mine, [named("a"), named("c", NOON + 5)]);
      expect(await reportedTo(mine)).toEqual([[], [], [NOON + 7]]);
      expect(await reportedTo(other)).toEqual([[NOON], [], [NOON + 5]]);
      await linkReports.withdraw(mine.process);
      expect(await reportedTo(other)).toEqual([[NOON], [], [NOON + 5]]);
      expect(await linkReports.reported([], other.process)).toEqual([]);
    });

    test("an unconfirmed key is used up by the first who recognises the redelivery, for everybody", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      await linkReports.report(mine, [named("a"), named("b")]);
      await linkReports.report(other, [named("a")]);
      const both = await Promise.all([resolve("a", mine), resolve("a", other)]);
      const [winner, loser] = both[0] ? [mine, other] : [other, mine];
      expect(both.toSorted()).toEqual([false, true]);
      expect(await reportedTo(mine)).toEqual([[], [], []]);
      expect(await reportedTo(other)).toEqual([[], [NOON], []]);
      expect(await linkReports.reported(KEYS, other.process)).toMatchObject([
        { resolved: { process: winner.process, at: NOON } },
        { resolved: null },
        { resolved: null },
      ]);
      expect(await resolve("a", loser)).toBe(false);
    });

    test("whoever recognised it and has not heard so may ask again, until another has", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      await linkReports.report(other, [named("a")]);
      expect(await resolve("a", mine, NOON + 1)).toBe(true);
      expect(await resolve("a", mine, NOON + 2)).toBe(true);
      expect(await resolve("a", other)).toBe(false);
      expect(await linkReports.reported(KEYS.slice(0, 1), other.process)).toEqual([
        { unconfirmedAt: [], resolved: { process: mine.process, at: NOON + 2 } },
      ]);
      await linkReports.report(mine, [named("a")]);
      expect(await resolve("a", other)).toBe(true);
      expect(await resolve("a", mine)).toBe(false);
    });

    test("a name that comes after another process has recognised the redelivery is no longer heard", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      await linkReports.report(mine, [named("a")]);
      expect(await resolve("a", other)).toBe(true);
      await linkReports.report(mine, [named("a"), named("b")]);
      expect(await reportedTo(aReport())).toEqual([[], [NOON], []]);
      expect(await resolve("a", mine)).toBe(false);
    });

    test("a key that is named anew, since the answer to the redelivery was lost too, is used up once more", async () => {
      const { linkReports } = store.storage;
      const [mine, other] = [aReport(), aReport()];
      await linkReports.report(mine, [named("a")]);
      expect(await resolve("a", other)).toBe(true);
      await linkReports.report(other, [named("a")]);
      expect(await reportedTo(mine)).toEqual([[NOON], [], []]);
      expect(await resolve("a", mine)).toBe(true);
      expect(await resolve("a", other)).toBe(false);
    });

    test("what one recognised who was killed before the carrier heard so is recognised by one of those who know that", async () => {
      const { linkReports } = store.storage;
      const [dead, mine, other] = [aReport(), aReport(), aReport()];
      await linkReports.report(aReport(), [named("a")]);
      expect(await resolve("a", dead, NOON + 1)).toBe(true);
      const seen = { process: dead.process, at: NOON + 1 };
      expect(await resolve("a", mine, NOON + 2, { ...seen, at: NOON })).toBe(false);
      expect(await resolve("a", mine, NOON + 2, { ...seen, process: other.process })).toBe(false);
      const both = await Promise.all([
        resolve("a", mine, NOON + 2, seen),
        resolve("a", other, NOON + 2, seen),
      ]);
      expect(both.toSorted()).toEqual([false, true]);
      const winner = both[0] ? mine : other;
      expect(await linkReports.reported(KEYS.slice(0, 1), aReport().process)).toEqual([
        { unconfirmedAt: [], resolved: { process: winner.process, at: NOON + 2 } },
      ]);
    });

    test("what nobody could name, since its process was killed, is used up by the first as well", async () => {
      expect(await resolve("c", aReport())).toBe(true);
      expect(await resolve("c", aReport())).toBe(false);
    });
  });
};
