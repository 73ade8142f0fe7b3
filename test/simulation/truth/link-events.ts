import type { LoggedEvent } from "#core/domain/event.ts";
import type { LinkReport } from "#core/ports/link-reports.ts";
import { Broken } from "./broken.ts";

/** Follows what gateways report of their links, and says in the end whether the log tells when each went up and down. */
export interface LinkEvents {
  /** A call to the store, at its commit. */
  observe(call: string, args: readonly unknown[]): void;
  finalCheck(log: readonly LoggedEvent[]): void;
}

/** Whoever has been silent for so long is gone, in milliseconds. */
const GONE_MS = 5_000;

const CARRIES: ReadonlySet<string> = new Set(["up", "degraded"]);

/** `now`: by the clock of the store. */
export const createLinkEvents = (now: () => number): LinkEvents => {
  const reports = new Map<string, { readonly report: LinkReport; readonly at: number }>();
  const isUp = new Set<string>();
  /** By the link, in order. */
  const expected = new Map<string, string[]>();

  const add = (to: Map<string, string[]>, of: string, what: string): void => {
    to.set(of, [...(to.get(of) ?? []), what]);
  };

  const follow = (): void => {
    const carrying = new Set(
      [...reports.values()]
        .filter(({ at }) => now() - at < GONE_MS)
        .flatMap(({ report }) => report.links)
        .map(({ state, kind, name }) => ({ state, link: `${kind} ${name}` }))
        // A pause begins and ends nothing: it is told by an event of its own.
        .filter(({ state, link }) => CARRIES.has(state) || (state === "paused" && isUp.has(link)))
        .map(({ link }) => link),
    );
    for (const link of carrying.difference(isUp)) add(expected, link, `link.up at ${now()}`);
    for (const link of isUp.difference(carrying)) add(expected, link, `link.down at ${now()}`);
    isUp.clear();
    for (const link of carrying) isUp.add(link);
  };

  return {
    observe: (call, args) => {
      if (call === "linkReports.report") {
        const report = args[0] as LinkReport;
        reports.set(report.process, { report, at: now() });
      } else if (call === "linkReports.withdraw") reports.delete(args[0] as string);
      else return;
      follow();
    },
    finalCheck: (log) => {
      const told = new Map<string, string[]>();
      for (const { type, subject, data, at } of log)
        if (type === "link.up" || type === "link.down")
          add(told, `${data.kind} ${subject}`, `${type} at ${at}`);
      for (const link of new Set([...told.keys(), ...expected.keys()])) {
        const [is, mustBe] = [told.get(link)?.join(", "), expected.get(link)?.join(", ")];
        if (is !== mustBe)
          throw new Broken(
            "told as it happened",
            `the log tells of ${link}: ${is ?? "nothing"}; it was: ${mustBe ?? "nothing"}`,
          );
      }
    },
  };
};
