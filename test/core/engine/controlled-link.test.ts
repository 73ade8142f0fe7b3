import { describe, expect, test } from "vitest";
import { memoryCarrierLink } from "#adapters/memory/carrier-link.ts";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryTimer } from "#adapters/memory/timer.ts";
import { changeLink, type LinkAction } from "#core/domain/link-setting.ts";
import { controlledLink } from "#core/engine/outbound/controlled-link.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const settingOf = (...actions: readonly LinkAction[]) => {
  let known: ReturnType<typeof changeLink>["changed"] = [];
  for (const action of actions)
    known = changeLink(known, { name: "smpp-1", kind: "smpp", action, by: "ops", at: NOON }).changed;
  return known[0]!;
};

const aLink = (window?: number) => {
  const clock = memoryClock(NOON);
  const base = memoryCarrierLink({ clock, timer: memoryTimer(clock), answer: () => ({ kind: "nothing" }) });
  const restarts: (() => void)[] = [];
  const link = controlledLink(base, {
    clock,
    ...(window === undefined ? {} : { window }),
    restart: () => new Promise<void>((resolve) => restarts.push(resolve)),
  });
  return { base, link, restarts };
};

describe("a link that operators control", () => {
  test("is as it is while they say nothing, with the window that it was set up with", () => {
    const { link } = aLink(4);
    link.control(null);
    expect([link.room(), link.status().window, link.health().state]).toEqual([4, 4, "up"]);
  });

  test("says who has paused it, and what is wrong besides", () => {
    const { base, link } = aLink();
    link.control(settingOf({ kind: "pause" }));
    expect(link.room()).toBe(0);
    expect(link.health()).toMatchObject({ state: "paused", reason: { code: "paused" } });
    expect(link.health().reason?.detail).toContain("Paused by ops");
    expect(link.status().state).toBe("down");
    base.change("down");
    expect(link.health().state).toBe("paused");
    base.change("up");
    link.control(settingOf({ kind: "pause" }, { kind: "resume" }));
    expect([link.room(), link.health().state]).toEqual([10, "up"]);
  });

  test("restarts once for what is asked for while it lives, and sends nothing meanwhile", async () => {
    const { link, restarts } = aLink();
    let changes = 0;
    link.onChange(() => {
      changes += 1;
    });
    link.control(settingOf({ kind: "restart" }));
    expect(restarts.length).toBe(0);
    const twice = settingOf({ kind: "restart" }, { kind: "restart" });
    link.control(twice);
    link.control(twice);
    expect(restarts.length).toBe(1);
    expect([link.room(), link.health().reason?.code]).toEqual([0, "restarting"]);
    const before = changes;
    restarts[0]!();
    await new Promise(setImmediate);
    expect([link.room(), link.health().state]).toEqual([10, "up"]);
    expect(changes).toBeGreaterThan(before);
  });
});
