import { expect, it } from "vitest";
import { submitOf } from "#adapters/smpp/delivery/submit-sm.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import type { OutboundMessage } from "#core/domain/message.ts";
import { segmentsOf } from "#core/domain/message-text.ts";

it("a text of more parts than one octet counts leaves as several texts, one after the other", () => {
  const text = "é".repeat(153 * 255) + "b".repeat(153 * 2);
  const segments = segmentsOf(text);
  expect(segments).toHaveLength(257);
  const message = { source: "447418300000", destination: "447700900001", text } as OutboundMessage;
  const headers = segments.map((_, part) => {
    const sending = { message, segments, part, reference: 255, validUntil: "" };
    const { shortMessage } = submitOf(sending as Parameters<typeof submitOf>[0], VONAGE);
    return [...shortMessage.subarray(3, 6)];
  });
  expect(headers[0]).toEqual([255, 255, 1]);
  expect(headers[254]).toEqual([255, 255, 255]);
  expect(headers.slice(255)).toEqual([
    [0, 2, 1],
    [0, 2, 2],
  ]);
});
