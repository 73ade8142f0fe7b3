import fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzedRequest } from "./fuzzed-requests.ts";
import { opened, rent } from "./participants.ts";
import { startApi } from "./running-api.ts";

/** More by `FUZZ_REQUESTS`. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 600);
const AT_ONCE = 20;

test("no request by schema, and none that is nearly one, meets a bug", {
  timeout: 60_000 + 50 * REQUESTS,
}, async () => {
  const api = await startApi({ settings: { auditSigningKey: new Uint8Array(32).fill(9) } });
  await rent(api, 3);
  const conversation = await opened(api);
  const ids = [conversation.id, ...conversation.participants.map(({ id }: { id: string }) => id)];
  const requests = fc.asyncProperty(
    fc.array(fuzzedRequest(ids), { minLength: AT_ONCE, maxLength: AT_ONCE }),
    async (several) => {
      const replies = await Promise.all(
        several.map(({ method, path, raw, headers }) =>
          api.ask(method, path, {
            headers,
            ...(raw !== undefined && { raw: Buffer.from(raw.toWellFormed()) }),
          }),
        ),
      );
      for (const { status, body } of replies) {
        // Only the carrier's market may have reasons of its own.
        if (status >= 500) expect(body.detail).toMatch(/^The carrier says: /);
      }
    },
  );
  await fc.assert(requests, { numRuns: Math.ceil(REQUESTS / AT_ONCE), endOnFailure: true });
  expect((await api.ask("GET", "/v1/links")).status).toBe(200);
  await api.stop();
});
