/**
 * The yardstick of the relay: node-smpp's session as it is, routes and receipts in a table in memory, nothing stored and nothing
 * checked. `node naive-relay.ts PORT PAIRS NODELAY`.
 */
import smpp, { type PDU } from "smpp";
import { type Way, wayOf } from "#test/bench/parts/traffic-plan.ts";

const [port, pairs, noDelay] = process.argv.slice(2);
const ways = new Map<string, Way>();
for (let pair = 0; pair < Number(pairs); pair += 1) {
  const way = wayOf(pair);
  ways.set(`${way.from}>${way.to}`, way);
}
const receipts = new Map<string, string>();
const RECEIPT_CLASS = 0x04;

const session = smpp.connect({ host: "127.0.0.1", port: Number(port), noDelay: noDelay === "true" });
session.on("connect", () =>
  session.send(new smpp.PDU("bind_transceiver", { system_id: "b", password: "b" })),
);
session.on("deliver_sm", (pdu: PDU) => {
  session.send(pdu.response());
  if (pdu.esm_class === RECEIPT_CLASS) {
    receipts.delete(String(pdu.receipted_message_id));
    return;
  }
  const way = ways.get(`${pdu.source_addr}>${pdu.destination_addr}`);
  if (way === undefined) return;
  session.submit_sm(
    {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: way.source,
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: way.destination,
      short_message: pdu.short_message,
      registered_delivery: 1,
    },
    (response) => receipts.set(String(response.message_id), "sent"),
  );
});
session.on("enquire_link", (pdu: PDU) => session.send(pdu.response()));
session.on("error", () => process.exit(1));
process.on("SIGTERM", () => process.exit());
