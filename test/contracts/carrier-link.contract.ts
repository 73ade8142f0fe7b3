import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import type { Attempt, CarrierLink } from "#core/ports/carrier-link.ts";
import { sentOver } from "#test/support/sent-over.ts";
import { DAY, freshId, freshNumber, NOON } from "#test/support/traffic-builders.ts";
import { eventually } from "./storage-fixture.ts";

/** A link that is up, with a window of at least 4, and the carrier at its other end. */
export interface CarrierLinkHarness {
  readonly link: CarrierLink;
  /** What has arrived at the carrier, in order: whole texts over a link with `whole`, else parts. */
  arrived(): readonly Arrival[];
  /** How the carrier answers from now on; `nothing`: it takes what comes and keeps silent. */
  answerWith(answer: CarrierAnswer): void;
  /** The carrier is gone, answers due included. */
  cut(): void | Promise<void>;
  /** The carrier is there again. */
  restore(): void | Promise<void>;
  /** Lets the link's deadline for answers pass, where its time can be moved; where it cannot, it is short. */
  passDeadline?(): void | Promise<void>;
  close(): Promise<void>;
}

export interface Arrival {
  readonly source: string;
  readonly destination: string;
  readonly text: string;
}

export type CarrierAnswer = "accepted" | "throttled" | "retry" | "refused" | "nothing";

const LONG_TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(8).trim();

/** What every `CarrierLink` promises. */
export const carrierLinkContract = (name: string, create: () => Promise<CarrierLinkHarness>): void => {
  describe(`the carrier link of ${name}`, () => {
    let carrier: CarrierLinkHarness;
    beforeEach(async () => {
      carrier = await create();
    });
    afterEach(() => carrier.close());

    const texts = (): readonly string[] => carrier.arrived().map(({ text }) => text);

    test("brings a text as it is, from and to the right numbers, and answers with the carrier's id", async () => {
      const message = aMessage({ text: "Hallo € ü 👋" });
      const outcome = await sentOver(carrier.link, message, attempt());
      expect(outcome).toEqual({ kind: "accepted", carrierIds: [expect.any(String)] });
      const { source, destination, text } = message;
      expect(carrier.arrived()).toEqual([{ source, destination, text }]);
    });

    test("brings the texts of one sender to one handset in the order of the calls", async () => {
      const { source, destination } = aMessage();
      const wanted = ["first", "second", "third", "fourth"];
      const outcomes = await Promise.all(
        wanted.map((text) => sentOver(carrier.link, aMessage({ source, destination, text }), attempt())),
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(wanted.map(() => "accepted"));
      expect(texts()).toEqual(wanted);
    });

    test("brings a long text whole, or its parts in order with an id for each", async () => {
      const parts = segmentsOf(LONG_TEXT);
      const outcome = await sentOver(
        carrier.link,
        aMessage({ text: LONG_TEXT }),
        attempt({ partsMax: parts.length }),
      );
      expect(outcome.kind).toBe("accepted");
      expect(texts().join("")).toBe(LONG_TEXT);
      if (carrier.link.sendsWholeText) return;
      expect(texts()).toEqual(parts);
      expect(outcome).toEqual({ kind: "accepted", carrierIds: parts.map(() => expect.any(String)) });
    });

    test("sends no more parts than it may, and goes on after those that were taken", async () => {
      if (carrier.link.sendsWholeText) return;
      const message = aMessage({ text: LONG_TEXT });
      const parts = segmentsOf(LONG_TEXT);
      const first = await sentOver(carrier.link, message, attempt({ partsMax: 1 }));
      expect(first).toEqual({ kind: "accepted", carrierIds: [expect.any(String)] });
      expect(texts()).toEqual(parts.slice(0, 1));
      const rest = attempt({ partsAccepted: 1, partsMax: parts.length - 1 });
      expect((await sentOver(carrier.link, message, rest)).kind).toBe("accepted");
      expect(texts()).toEqual(parts);
    });

    test.each(["throttled", "retry", "refused"] as const)(
      "says so when the carrier's answer is %s",
      async (answer) => {
        carrier.answerWith(answer);
        const message = aMessage();
        const outcome = await sentOver(carrier.link, message, attempt());
        expect(outcome).toMatchObject({ kind: answer, carrierIds: [] });
        const told = JSON.stringify(outcome);
        for (const secret of [message.text, message.source, message.destination])
          expect(told).not.toContain(secret);
        carrier.answerWith("accepted");
        await eventually(() => carrier.link.room() > 0);
        expect((await sentOver(carrier.link, aMessage(), attempt())).kind).toBe("accepted");
      },
    );

    test("does not know when the carrier never answers, and says so in time", async () => {
      carrier.answerWith("nothing");
      const sending = sentOver(carrier.link, aMessage(), attempt());
      await eventually(() => carrier.arrived().length === 1);
      await carrier.passDeadline?.();
      expect(await sending).toEqual({ kind: "unknown", carrierIds: [] });
    });

    test("does not know when it is cut before the answer", async () => {
      carrier.answerWith("nothing");
      const sending = sentOver(carrier.link, aMessage(), attempt());
      await eventually(() => carrier.arrived().length === 1);
      await carrier.cut();
      expect(await sending).toEqual({ kind: "unknown", carrierIds: [] });
    });

    test("takes nothing while the carrier is gone, and goes on when it is back", async () => {
      let changes = 0;
      carrier.link.onChange(() => {
        changes += 1;
      });
      await carrier.cut();
      await eventually(async () => {
        const { kind } = await sentOver(carrier.link, aMessage(), attempt());
        expect(kind).toBeOneOf(["unsent", "unknown"]);
        return carrier.link.status().state !== "up";
      });
      expect(carrier.link.room()).toBe(0);
      expect(await sentOver(carrier.link, aMessage(), attempt())).toEqual({ kind: "unsent" });
      expect(carrier.arrived()).toEqual([]);
      await carrier.restore();
      await eventually(() => carrier.link.status().state === "up" && carrier.link.room() > 0);
      expect(changes).toBeGreaterThan(0);
      expect((await sentOver(carrier.link, aMessage(), attempt())).kind).toBe("accepted");
    });

    test("has room for a window of segments, and tells when there is some again", async () => {
      carrier.answerWith("nothing");
      const { window } = carrier.link.status();
      expect(carrier.link.room()).toBe(window);
      const sendings = Array.from({ length: window }, () => sentOver(carrier.link, aMessage(), attempt()));
      expect(carrier.link.room()).toBe(0);
      expect(carrier.link.status().inFlight).toBe(window);
      expect(await sentOver(carrier.link, aMessage(), attempt())).toEqual({ kind: "unsent" });
      let told = 0;
      carrier.link.onChange(() => {
        if (carrier.link.room() > 0) told += 1;
      });
      carrier.answerWith("accepted");
      await carrier.passDeadline?.();
      const outcomes = await Promise.all(sendings);
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["unknown"]));
      if (carrier.link.status().state === "up") {
        expect(carrier.link.room()).toBe(window);
        expect(told).toBeGreaterThan(0);
      }
    });
  });
};

const attempt = (change: Partial<Attempt> = {}): Attempt => ({
  partsAccepted: 0,
  partsMax: 1,
  reference: 42,
  ...change,
});

const aMessage = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: freshId(),
  conversationId: freshId(),
  senderId: freshId(),
  recipientId: freshId(),
  priority: "relay",
  source: freshNumber(),
  destination: freshNumber(),
  text: "See you at the gate",
  receivedAt: NOON,
  expiresAt: NOON + DAY,
  ...change,
});
