import { memoryLinkSettings } from "#adapters/memory/link-settings.ts";
import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { LinkAction } from "#core/domain/link-setting.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import type { ControlledLinks } from "#test/simulation/truth/controlled-links.ts";

export interface OperatorsSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stored: MemoryTables;
  readonly links: ControlledLinks;
  say(line: string): void;
}

/** In what share of all worlds somebody controls links. */
const BUSY = 0.25;
const LONGEST_MS = 50_000;

const LINKS: readonly { readonly name: string; readonly kind: LinkKind }[] = [
  { name: "smpp-0", kind: "smpp" },
  { name: "smpp-1", kind: "smpp" },
  { name: "http", kind: "http" },
];

/**
 * Pauses and restarts links now and then until `endsAt`, and resumes what is paused; by chance of their own, so that all else goes as without
 * them.
 */
export const letOperatorsWork = (
  { scheduler, random, stored, links, say }: OperatorsSurroundings,
  endsAt: number,
): void => {
  if (!random.chance(BUSY)) return;
  const settings = memoryLinkSettings(stored);
  const tell = (link: (typeof LINKS)[number], kind: "pause" | "resume" | "restart"): void => {
    const action: LinkAction = { kind };
    void settings.change({ ...link, action, by: "operator", at: SETTINGS.epoch + scheduler.now() });
    links.said(link.name, kind);
    say(`an operator tells ${link.name} to ${kind}`);
  };
  for (const link of LINKS) {
    const from = random.int(0, Math.max(1, endsAt));
    const forMs = random.int(2_000, LONGEST_MS);
    const restartsAt = random.int(0, Math.max(1, endsAt));
    if (random.chance(0.5)) scheduler.after(restartsAt, () => tell(link, "restart"));
    if (random.chance(0.5)) continue;
    scheduler.after(from, () => tell(link, "pause"));
    scheduler.after(from + forMs, () => tell(link, "resume"));
  }
};
