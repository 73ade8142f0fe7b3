import { expect, test } from "vitest";
import { checkSent } from "#core/engine/inbound/check-sent.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

const sentTo = (source: string, destination: string) =>
  checkSent({
    reconciliation: {
      matchSent: async (ids, from, to) => {
        if (!ids.includes("id")) return "unknown";
        return from === source && to === destination ? "sent" : "elsewhere";
      },
    },
  });

test("a receipt's pair is that of the handsets, in whatever form the carrier writes their numbers", async () => {
  const match = sentTo("447418300950", "525500000001");
  expect(await match(["id"], "447418300950", "525500000001")).toBe("sent");
  expect(await match(["id"], "4407418300950", "5215500000001")).toBe("sent");
  expect(await match(["id"], "447418300950", "5255000000011")).toBe("elsewhere");
  expect(await match(["other"], "447418300950", "525500000001")).toBe("unknown");
});

test("a pair that storage is not there to tell of is neither known nor unknown", async () => {
  const match = checkSent({
    reconciliation: {
      matchSent: async () => {
        throw new StorageUnavailable("away");
      },
    },
  });
  expect(await match(["id"], "447418300950", "525500000001")).toBeNull();
});
