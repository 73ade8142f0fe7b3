import { describe, expect, test } from "vitest";
import type { LinkAction } from "#core/domain/link-setting.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { allOf } from "./events.contract.ts";
import { beat, type CreateStorage, joinDispatch, storageOf } from "./storage-fixture.ts";

/** What `LinkSettings` promise, whatever they are kept in. */
export const linkSettingsContract = (name: string, create: CreateStorage): void => {
  describe(`the link settings of ${name}`, () => {
    const store = storageOf(create);
    const change = (link: "smpp-1" | "smpp-2" | "http", action: LinkAction, by = "ops") =>
      store.storage.linkSettings.change({
        ...{ name: link, kind: link === "http" ? "http" : "smpp", action, by, at: NOON },
      });

    test("are kept, and heard of by every process with its next heartbeat", async () => {
      const other = store.another();
      const dispatcher = await joinDispatch(other);
      expect((await beat(other, dispatcher)).linkSettings).toEqual([]);
      const paused = await change("smpp-1", { kind: "pause" });
      expect(paused).toMatchObject({
        isPaused: true,
        window: null,
        rate: null,
        version: 1,
        changedBy: "ops",
      });
      await change("http", { kind: "set", window: 50, rate: 70 }, "night shift");
      const all = await other.linkSettings.all();
      expect(all).toMatchObject([
        { name: "http", window: 50, rate: 70, changedBy: "night shift", changedAt: NOON },
        { name: "smpp-1", isPaused: true },
      ]);
      const heard = (await beat(other, dispatcher)).linkSettings;
      expect(new Set(heard)).toEqual(new Set(all));
    });

    test("share the rate of an account, also when they are changed at the same time", async () => {
      await Promise.all([
        change("smpp-1", { kind: "set", rate: 20 }),
        change("smpp-2", { kind: "pause" }),
        change("smpp-2", { kind: "set", rate: 40 }),
        change("smpp-1", { kind: "set", window: 5 }),
      ]);
      const [one, two] = await store.storage.linkSettings.all();
      expect([20, 40]).toContain(one!.rate);
      expect(two!.rate).toBe(one!.rate);
      expect([one!.window, two!.isPaused]).toEqual([5, true]);
      expect(await change("smpp-1", { kind: "set", rate: null, window: null })).toMatchObject({
        rate: null,
        window: null,
      });
      expect((await store.storage.linkSettings.all()).map(({ rate }) => rate)).toEqual([null, null]);
    });

    test("are told of once, with who has said so", async () => {
      for (const kind of ["pause", "pause", "resume", "restart", "restart"] as const)
        await change("smpp-1", { kind });
      const types = ["link.paused", "link.resumed", "link.restarted"] as const;
      const told = await allOf(store.storage.events, { types });
      expect(told.map(({ type }) => type)).toEqual([
        ...["link.paused", "link.resumed", "link.restarted", "link.restarted"],
      ]);
      expect(told[0]).toMatchObject({ subject: "smpp-1", data: { kind: "smpp", by: "ops" } });
      expect((await store.storage.linkSettings.all())[0]).toMatchObject({ restarts: 2, version: 4 });
    });
  });
};
