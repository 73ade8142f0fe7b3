import { describe, expect, it } from "vitest";
import { inboundMessageOf } from "#adapters/smpp/delivery/inbound-message.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";

const from = (source: string, sourceTon: number, destination = "447418300950"): string =>
  inboundMessageOf(received({ ...noMessage, source, sourceTon, destination }), "key", "id", 0, "gsm").from;

describe("the sender of a text", () => {
  it.each([
    ["07700900001", 2, "447700900001"],
    ["7700900001", 2, "447700900001"],
    ["00447700900001", 0, "447700900001"],
    ["00447700900001", 2, "447700900001"],
    ["+447700900001", 1, "447700900001"],
    ["447700900001", 1, "447700900001"],
  ])("%s with type of number %i is an international number", (source, ton, number) => {
    expect(from(source, ton)).toBe(number);
  });

  it("in a form that may be anybody's is left as it is", () => {
    expect(from("2025550101", 0)).toBe("2025550101");
    expect(from("2025550101", 2, "12025550100")).toBe("12025550101");
    expect(from("Acme", 5)).toBe("Acme");
    expect(from("07700900001", 0)).toBe("07700900001");
  });
});
