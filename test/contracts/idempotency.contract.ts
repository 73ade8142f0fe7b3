import { describe, expect, test } from "vitest";
import { type KeyedRequest, TAKEOVER_AFTER_MS } from "#core/ports/idempotency.ts";
import { freshId, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";

/** What `Idempotency` promises, whatever it is stored in. */
export const idempotencyContract = (name: string, create: CreateStorage): void => {
  describe(`the repeated requests of ${name}`, () => {
    const store = storageOf(create);
    const aRequest = (change: Partial<KeyedRequest> = {}): KeyedRequest => ({
      scope: "shop POST /v1/conversations",
      key: "order-1 😀",
      fingerprint: "abc",
      seed: freshId(),
      at: NOON,
      ...change,
    });
    const answer = { status: 201, body: '{"id":"cnv_1"}' };

    test("are carried out once and answered alike from then on", async () => {
      const { idempotency } = store.storage;
      const request = aRequest();
      expect(await idempotency.begin(request)).toEqual({ kind: "first", seed: request.seed });
      const running = { kind: "running", since: NOON };
      expect(await idempotency.begin(aRequest({ at: NOON + SECOND }))).toEqual(running);
      await idempotency.finish(request, answer);
      expect(await idempotency.begin(aRequest())).toEqual({ kind: "answered", answer });
      expect(await idempotency.begin(aRequest({ at: NOON + TAKEOVER_AFTER_MS }))).toEqual({
        kind: "answered",
        answer,
      });
    });

    test("that say something else under the same key are told so, before and after the answer", async () => {
      const { idempotency } = store.storage;
      const request = aRequest();
      await idempotency.begin(request);
      const other = aRequest({ fingerprint: "xyz" });
      expect(await idempotency.begin(other)).toEqual({ kind: "mismatch" });
      await idempotency.finish(request, answer);
      expect(await idempotency.begin(other)).toEqual({ kind: "mismatch" });
    });

    test("that come before they are read are identified once, and compared when they are", async () => {
      const { idempotency } = store.storage;
      const request = aRequest({ fingerprint: null });
      expect(await idempotency.begin(request)).toEqual({ kind: "first", seed: request.seed });
      expect((await idempotency.begin(aRequest({ fingerprint: null }))).kind).toBe("running");
      expect((await idempotency.begin(aRequest())).kind).toBe("running");
      const read = { ...request, fingerprint: "abc" };
      expect(await idempotency.identify({ ...read, seed: freshId() })).toBe("taken-over");
      expect(await idempotency.identify(read)).toBe("ours");
      expect(await idempotency.identify(read)).toBe("ours");
      expect(await idempotency.identify({ ...read, fingerprint: "xyz" })).toBe("mismatch");
      expect(await idempotency.begin(aRequest({ fingerprint: "xyz" }))).toEqual({ kind: "mismatch" });
      await idempotency.finish(request, answer);
      expect(await idempotency.begin(request)).toEqual({ kind: "unread" });
      expect(await idempotency.begin(aRequest())).toEqual({ kind: "answered", answer });
    });

    test("that were cut off before they were read begin anew, and those that were read go on", async () => {
      const { idempotency } = store.storage;
      const cut = aRequest({ fingerprint: null });
      await idempotency.begin(cut);
      await idempotency.release(cut);
      const next = aRequest({ fingerprint: null, at: NOON + 1 });
      expect(await idempotency.begin(next)).toEqual({ kind: "first", seed: next.seed });
      expect(await idempotency.identify({ ...cut, fingerprint: "abc" })).toBe("taken-over");
      await idempotency.abandon(cut);
      expect(await idempotency.identify({ ...next, fingerprint: "abc" })).toBe("ours");
      await idempotency.release(next);
      expect(await idempotency.begin(aRequest({ fingerprint: "xyz", at: NOON + 2 }))).toEqual({
        kind: "mismatch",
      });
      const last = aRequest({ fingerprint: null, at: NOON + 2 });
      expect(await idempotency.begin(last)).toEqual({ kind: "first", seed: next.seed });
      expect(await idempotency.identify({ ...last, seed: next.seed, fingerprint: "xyz" })).toBe("mismatch");
    });

    test("are kept apart by who asks, what for, and by key", async () => {
      const { idempotency } = store.storage;
      await idempotency.begin(aRequest({ scope: "a", key: "b" }));
      for (const apart of [
        { scope: "a", key: "c" },
        { scope: "b", key: "a" },
        { scope: "ab", key: "" },
      ]) {
        expect((await idempotency.begin(aRequest(apart))).kind).toBe("first");
      }
    });

    test("that were given up by a crash are carried out again by one, from the same seed", async () => {
      const { idempotency } = store.storage;
      const request = aRequest();
      await idempotency.begin(request);
      const at = NOON + TAKEOVER_AFTER_MS;
      expect(await idempotency.begin(aRequest({ at: at - 1 }))).toEqual({ kind: "running", since: NOON });
      const begun = await Promise.all(Array.from({ length: 5 }, () => idempotency.begin(aRequest({ at }))));
      expect(begun.filter(({ kind }) => kind === "first")).toEqual([{ kind: "first", seed: request.seed }]);
      expect(begun.filter(({ kind }) => kind === "running")).toHaveLength(4);
    });

    test("that were given back are carried out again at once by one, from the same seed", async () => {
      const { idempotency } = store.storage;
      const request = aRequest();
      await idempotency.begin(request);
      await idempotency.release(request);
      expect(await idempotency.begin(aRequest({ fingerprint: "xyz" }))).toEqual({ kind: "mismatch" });
      const begun = await Promise.all(Array.from({ length: 5 }, () => idempotency.begin(aRequest())));
      expect(begun.filter(({ kind }) => kind === "first")).toEqual([{ kind: "first", seed: request.seed }]);
      expect(begun.filter(({ kind }) => kind === "running")).toHaveLength(4);
    });

    test("that were taken over, or answered, cannot be given back by who began them", async () => {
      const { idempotency } = store.storage;
      const request = aRequest();
      await idempotency.begin(request);
      const at = NOON + TAKEOVER_AFTER_MS;
      await idempotency.begin(aRequest({ at }));
      await idempotency.release(request);
      expect(await idempotency.begin(aRequest({ at }))).toEqual({ kind: "running", since: at });
      await idempotency.finish(request, answer);
      await idempotency.release(aRequest({ at }));
      expect(await idempotency.begin(aRequest({ at }))).toEqual({ kind: "answered", answer });
    });

    test("that come many times at once are carried out by one", async () => {
      const { idempotency } = store.storage;
      const begun = await Promise.all(Array.from({ length: 20 }, () => idempotency.begin(aRequest())));
      expect(begun.filter(({ kind }) => kind === "first")).toHaveLength(1);
      expect(begun.filter(({ kind }) => kind === "running")).toHaveLength(19);
    });

    test("that ended without an answer start afresh, those with one do not", async () => {
      const { idempotency } = store.storage;
      const [first, second] = [aRequest(), aRequest()];
      await idempotency.begin(first);
      await idempotency.abandon(first);
      expect(await idempotency.begin(second)).toEqual({ kind: "first", seed: second.seed });
      await idempotency.finish(second, answer);
      await idempotency.abandon(second);
      expect(await idempotency.begin(aRequest())).toEqual({ kind: "answered", answer });
    });

    test("keep their first answer", async () => {
      const { idempotency } = store.storage;
      await idempotency.begin(aRequest());
      await idempotency.finish(aRequest(), answer);
      await idempotency.finish(aRequest(), { status: 500, body: "" });
      expect(await idempotency.begin(aRequest())).toEqual({ kind: "answered", answer });
    });

    test("are forgotten in time", async () => {
      const { idempotency } = store.storage;
      const [old, young] = [aRequest({ key: "old" }), aRequest({ key: "young", at: NOON + SECOND })];
      for (const request of [old, young]) {
        await idempotency.begin(request);
        await idempotency.finish(request, answer);
      }
      await idempotency.prune(NOON + SECOND);
      expect((await idempotency.begin(aRequest({ key: "old" }))).kind).toBe("first");
      expect((await idempotency.begin(aRequest({ key: "young" }))).kind).toBe("answered");
    });
  });
};
