import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { submitOf } from "#adapters/smpp/delivery/submit-sm.ts";
import { messageProblem } from "#adapters/smpp/protocol/message-problem.ts";
import type { ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { decodeText } from "#adapters/smpp/text/data-coding.ts";
import { userDataOf } from "#adapters/smpp/text/user-data.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import { received } from "./received.ts";

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

describe("a text for a carrier whose data_coding 0 is Latin-1", () => {
  const LATIN1 = { ...VONAGE, defaultAlphabet: "latin1" } as const;
  const sent = (text: string) => {
    const segments = segmentsOf(text);
    const message = { source: "447418300000", destination: "447700900001", text } as OutboundMessage;
    return segments.map((_, part) => {
      const sending = { message, segments, part, reference: 7, validUntil: "" };
      return submitOf(sending as Parameters<typeof submitOf>[0], LATIN1);
    });
  };
  const read = (message: ShortMessage): string => {
    const { body, tables } = userDataOf(received(message));
    return decodeText(body, message.dataCoding, "latin1", tables);
  };

  it("arrives as it was written, in parts that the carrier can take", () => {
    const letters = fc.constantFrom("a", "@", "é", "à", "ç", "_", "{", "€", "Ω", "ж", "😀", " ");
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 400 }), (text) => {
        const parts = sent(text.join(""));
        expect(parts.map(read).join("")).toBe(text.join(""));
        expect(new Set(parts.map(({ dataCoding }) => dataCoding)).size).toBe(1);
        for (const part of parts) {
          expect(messageProblem(part)).toBeNull();
          expect(part.shortMessage.length).toBeLessThanOrEqual(part.dataCoding === 0 ? 160 : 140);
        }
      }),
    );
  });

  it("is written in the carrier's own octets where they suffice", () => {
    expect(sent("ann@example.com_{à}")).toMatchObject([
      { dataCoding: 0, shortMessage: Buffer.from("ann@example.com_{à}", "latin1") },
    ]);
  });

  it("that needs more letters and more room goes as message_payload, which the carrier cuts itself", () => {
    const text = `${"a".repeat(100)} for €5`;
    expect(sent(text)).toMatchObject([{ dataCoding: 8, esmClass: 0, shortMessage: Buffer.alloc(0) }]);
    expect(sent(text).map(read)).toEqual([text]);
  });
});
