import { expect, test } from "vitest";
import { checkSent } from "#core/engine/inbound/check-sent.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

const sentTo = (source: string, destination: string) =>
  checkSent({
    reconciliation: {
      isSent: async (ids, from, to) => ids.includes("id") && from === source && to === destination,
    },
  });

test("a receipt's pair is that of the handsets, in whatever form the carrier writes their numbers", async () => {
  const isSent = sentTo("447418300950", "525500000001");
  expect(await isSent(["id"], "447418300950", "525500000001")).toBe(true);
  expect(await isSent(["id"], "4407418300950", "5215500000001")).toBe(true);
  expect(await isSent(["id"], "447418300950", "5255000000011")).toBe(false);
  expect(await isSent(["other"], "447418300950", "525500000001")).toBe(false);
});

test("a pair that storage is not there to tell of is neither known nor unknown", async () => {
  const isSent = checkSent({
    reconciliation: {
      isSent: async () => {
        throw new StorageUnavailable("away");
      },
    },
  });
  expect(await isSent(["id"], "447418300950", "525500000001")).toBeNull();
});
