import { beforeEach, describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import { TAKEOVER_AFTER_MS } from "#core/ports/idempotency.ts";
import type { Ids } from "#core/ports/ids.ts";
import { carryOutOnce } from "#core/use-cases/carry-out-once.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const createHarness = () => {
  const clock = memoryClock(NOON);
  const tables = emptyTables();
  let isAway = false;
  const notKept: unknown[] = [];
  /** One process over the shared data. */
  const start = () => {
    const { idempotency } = memoryStorage({ clock, tables });
    const unlessAway =
      <Arguments extends readonly unknown[], T>(call: (...given: Arguments) => Promise<T>) =>
      (...given: Arguments): Promise<T> =>
        isAway ? Promise.reject(new Error("away")) : call(...given);
    return carryOutOnce({
      idempotency: {
        begin: unlessAway(idempotency.begin),
        identify: unlessAway(idempotency.identify),
        finish: unlessAway(idempotency.finish),
        release: unlessAway(idempotency.release),
        abandon: unlessAway(idempotency.abandon),
        prune: idempotency.prune,
      },
      clock,
      ids: memoryIds({ clock }),
      idsFrom: (seed): Ids => ({ next: () => `${seed}-1` }),
      notKept: (error) => notKept.push(error),
    });
  };
  return {
    clock,
    start,
    notKept,
    away: (now: boolean) => {
      isAway = now;
    },
  };
};

const request = { scope: "shop POST /v1/conversations", key: "k", fingerprint: "f" };
const kept = { status: 201, body: "{}" };
const done = (ids: Ids) => Promise.resolve({ answer: ids.next(), keep: kept });

describe("a request with a key", () => {
  test("that throws gives its key back at once, and is carried out again with the same ids", async () => {
    const { start } = createHarness();
    const [one, other] = [start(), start()];
    const seen: string[] = [];
    await expect(
      one(request, (ids) => {
        seen.push(ids.next());
        return Promise.reject(new Error("a lost answer"));
      }),
    ).rejects.toThrow("a lost answer");
    expect(await other(request, done)).toEqual({ kind: "carried-out", answer: seen[0] });
  });

  test("that met an outage gives its key back as soon as the database answers", async () => {
    const { start, away } = createHarness();
    const once = start();
    await expect(
      once(request, () => {
        away(true);
        return Promise.reject(new Error("away"));
      }),
    ).rejects.toThrow("away");
    away(false);
    expect((await once(request, done)).kind).toBe("carried-out");
  });

  test("whose answer could not be kept is told to its client, and carried out again with the same ids", async () => {
    const { start, away, notKept } = createHarness();
    const once = start();
    const first = await once(request, (ids) => {
      away(true);
      return done(ids);
    });
    expect(notKept).toHaveLength(1);
    away(false);
    expect(await once(request, done)).toEqual(first);
    expect(await once(request, done)).toEqual({ kind: "repeated", answer: kept });
  });

  test("that carried nothing out leaves the key free, also for another body", async () => {
    const { start } = createHarness();
    const once = start();
    await once(request, () => Promise.resolve({ answer: "refused", keep: null }));
    expect((await once({ ...request, fingerprint: "g" }, done)).kind).toBe("carried-out");
  });

  test("says how long it really takes until one that does not end counts as crashed", async () => {
    const { clock, start } = createHarness();
    const [crashed, other] = [start(), start()];
    void crashed(request, () => new Promise<never>(() => {}));
    await Promise.resolve();
    expect(await other(request, done)).toEqual({ kind: "running", retryAfterMs: 1_000 });
    clock.advance(20_000);
    const later = await other(request, done);
    expect(later).toEqual({ kind: "running", retryAfterMs: TAKEOVER_AFTER_MS - 20_000 });
    clock.advance(TAKEOVER_AFTER_MS - 20_000);
    expect((await other(request, done)).kind).toBe("carried-out");
  });

  describe("whose body is read as it is carried out", () => {
    const reading = (fingerprint: string) => ({
      ...request,
      fingerprint: () => Promise.resolve(fingerprint),
    });
    let effects: string[] = [];
    beforeEach(() => {
      effects = [];
    });
    const whole = async (ids: Ids, mayTakeEffect: () => Promise<boolean>) => {
      if (!(await mayTakeEffect())) return { answer: "withdrawn", keep: kept };
      const answer = ids.next();
      effects.push(answer);
      return { answer, keep: kept };
    };
    const cut = (seen: string[]) => async (ids: Ids) => {
      seen.push(ids.next());
      throw new Error("cut");
    };
    const crash = (seen: string[]) => async (ids: Ids, mayTakeEffect: () => Promise<boolean>) => {
      seen.push(ids.next());
      await mayTakeEffect();
      throw new Error("crashed");
    };

    test("is answered alike when it says the same, and refused when it says something else", async () => {
      const once = createHarness().start();
      expect((await once(reading("f"), whole)).kind).toBe("carried-out");
      expect(await once(reading("f"), whole)).toEqual({ kind: "repeated", answer: kept });
      expect(await once(reading("g"), whole)).toEqual({ kind: "mismatch" });
      expect(await once(request, done)).toEqual({ kind: "repeated", answer: kept });
    });

    test("begins anew, with other ids, when it was cut off, whatever it says then", async () => {
      const once = createHarness().start();
      const seen: string[] = [];
      await expect(once(reading("f"), cut(seen))).rejects.toThrow("cut");
      const again = await once(reading("g"), whole);
      expect(again).toMatchObject({ kind: "carried-out" });
      expect(again).not.toMatchObject({ answer: seen[0] });
    });

    test("goes on with the same ids when it was read whole, for nobody but who says the same", async () => {
      const once = createHarness().start();
      const seen: string[] = [];
      await expect(once(reading("f"), crash(seen))).rejects.toThrow("crashed");
      expect(await once(reading("g"), whole)).toEqual({ kind: "mismatch" });
      expect(effects).toEqual([]);
      const refused = { answer: "too long", keep: null };
      expect((await once(reading("g"), async () => refused)).kind).toBe("carried-out");
      expect(await once(reading("f"), whole)).toEqual({ kind: "carried-out", answer: seen[0] });
    });

    test("takes no effect when it lasted so long that another has taken over", async () => {
      const { clock, start } = createHarness();
      const [slow, other] = [start(), start()];
      const outcome = await slow(reading("f"), async (ids, mayTakeEffect) => {
        clock.advance(TAKEOVER_AFTER_MS);
        expect((await other(reading("f"), whole)).kind).toBe("carried-out");
        return whole(ids, mayTakeEffect);
      });
      expect(outcome.kind).toBe("running");
      expect(effects.length).toBe(1);
      expect(await other(reading("f"), whole)).toEqual({ kind: "repeated", answer: kept });
    });
  });
});
