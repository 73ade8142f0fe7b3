import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { PolicyRule } from "#core/domain/policy.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { AddressCheck } from "#core/ports/webhook-sender.ts";
import { changeService } from "#core/use-cases/change-service.ts";

const HOOK: PolicyRule = {
  ...{ url: "https://app.example/hook", secret: "whsec_one" },
  ...{ timeoutMs: 2_000, onSilence: "block" },
};

const setUp = (address: AddressCheck = { kind: "fine" }) => {
  const { services } = memoryStorage({ clock: memoryClock(0) });
  const change = changeService({ services, sender: { check: async () => address } });
  const set = (beforeRelay: PolicyRule | null, versions?: readonly number[]) =>
    change(DEFAULT_SERVICE_ID, { rules: { beforeRelay }, ...(versions && { versions }) });
  const secret = async () => (await services.get(DEFAULT_SERVICE_ID))?.rules.beforeRelay?.secret;
  return { services, change, set, secret };
};

describe("a hook in the rules of a service", () => {
  test("keeps its secret until another is given or the hook goes, and does not begin without one", async () => {
    const { change, set, secret } = setUp();
    const nothing = { ...HOOK, secret: null };
    expect(await set(nothing)).toEqual({ kind: "hook-refused", hook: "beforeRelay", why: "needs-secret" });
    await set(HOOK);
    await set({ ...nothing, url: "https://app.example/other" });
    expect(await secret()).toBe("whsec_one");
    await change(DEFAULT_SERVICE_ID, { name: "Rides" });
    expect(await secret()).toBe("whsec_one");
    await set({ ...HOOK, secret: "whsec_two" });
    await set(nothing);
    expect(await secret()).toBe("whsec_two");
    await set(null);
    expect(await set(nothing)).toMatchObject({ why: "needs-secret" });
  });

  test("goes where texts may go", async () => {
    const { set } = setUp();
    for (const url of ["http://app.example/", "http://10.0.0.1/", "http://localhost.app.example/"])
      expect(await set({ ...HOOK, url })).toMatchObject({ why: "needs-https" });
    for (const url of ["http://127.0.0.1:3000/hook", "http://localhost:3000", "HTTPS://app.example"])
      expect(await set({ ...HOOK, url })).toMatchObject({ rules: { beforeRelay: { url } } });
    expect(await setUp({ kind: "blocked" }).set(HOOK)).toMatchObject({ why: "blocked-url" });
    const invalid: AddressCheck = { kind: "invalid", reason: "must be another" };
    expect(await setUp(invalid).set(HOOK)).toMatchObject({ why: "invalid-url", reason: "must be another" });
  });

  test("is not set over what somebody else has changed meanwhile", async () => {
    const { services, set, secret } = setUp();
    await set(HOOK);
    const { version } = (await services.get(DEFAULT_SERVICE_ID))!;
    expect(await set({ ...HOOK, secret: "whsec_two" }, [version - 1])).toBe("version-mismatch");
    expect(await secret()).toBe("whsec_one");
  });
});
