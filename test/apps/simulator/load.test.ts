import type { PDU } from "smpp";
import { afterEach, describe, expect, it } from "vitest";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { connectEsme, type Esme, messageOf } from "#test/support/simulator-esme.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const TEXTS = 5_000;
const HANDSETS = 50;
const NUMBER = "447418300000";

describe("the carrier under load", () => {
  let simulator: Simulator;
  afterEach(() => simulator.stop());

  it("carries 5,000 texts in and 5,000 out over two binds, loses none and keeps each person's order", async () => {
    simulator = await startSimulator({
      limits: noLimits,
      rented: [{ country: "GB", msisdn: NUMBER, moSmppSysType: "bulk" }],
    });
    // Every text goes straight back to who sent it, before it is acknowledged.
    const echo = (client: () => Esme) => (pdu: PDU) => {
      if (pdu.esm_class === 0) {
        void client().submit({
          source_addr: NUMBER,
          destination_addr: pdu.source_addr,
          short_message: Buffer.from(messageOf(pdu).text),
          registered_delivery: 1,
        });
      }
      return 0;
    };
    const clients: Esme[] = [0, 1].map((index) =>
      connectEsme(simulator.smppPort, { answer: echo(() => clients[index]!) }),
    );
    for (const client of clients) {
      expect(await client.bind("transceiver", { system_type: "bulk" })).toBe(0);
    }

    const handset = (index: number) => `4477009${String(index % HANDSETS).padStart(5, "0")}`;
    for (let index = 0; index < TEXTS; index += 1) simulator.text(handset(index), NUMBER, `text ${index}`);
    await eventually(
      () => {
        const { smpp } = simulator.stats();
        return smpp.accepted === TEXTS && smpp.receiptAcks === TEXTS;
      },
      "every text echoed and every receipt acknowledged",
      50_000,
    );

    const { smpp, http, handsets } = simulator.stats();
    expect(smpp).toMatchObject({
      delivers: TEXTS,
      acks: TEXTS,
      retries: 0,
      lost: 0,
      receipts: TEXTS,
      duplicates: 0,
    });
    expect(http.lost).toBe(0);
    expect(handsets).toMatchObject({ sent: TEXTS, received: TEXTS, waiting: 0, incomplete: 0 });
    const shown = Array.from({ length: HANDSETS }, (_, index) =>
      simulator.inbox(handset(index)).map(({ text }) => text),
    );
    for (const [index, texts] of shown.entries()) {
      const mine = Array.from({ length: TEXTS / HANDSETS }, (_, turn) => `text ${index + turn * HANDSETS}`);
      expect(texts).toEqual(mine);
    }
    for (const client of clients) client.close();
  });
});
