import type { SimulatorContext } from "#apps/simulator/context.ts";
import type { Receipt } from "#apps/simulator/receipts.ts";
import { type Authentication, authenticate } from "./credentials.ts";
import type { CarrierCall, Reply } from "./exchange.ts";
import { readParameters } from "./parameters.ts";
import { parseSmsRequest, type SmsRequest } from "./sms-request.ts";

/** Receipts that go first do not hold the answer up for longer than this. */
const FIRST_RECEIPT_MS = 2_000;

const NOT_AUTHENTICATED: Readonly<Record<Exclude<Authentication, "ok">, readonly [string, string]>> = {
  missing: ["2", "Missing api_key"],
  "wrong-credentials": ["4", "Bad Credentials"],
  "wrong-signature": ["14", "Invalid Signature"],
  "signature-and-secret": ["32", "Signature and API secret disallowed"],
};

type Entry = Readonly<Record<string, string>>;

/** `POST /sms/json`: always 200, an entry for every part, every value a string; `status` says what happened. */
export const smsJson = (context: SimulatorContext): CarrierCall => {
  const { settings, stats, outbound, ledger, timers } = context;
  const { account } = settings;

  const refusal = (status: string, text: string, sms?: SmsRequest): Reply => {
    stats.http[status === "1" ? "throttled" : "refused"] += 1;
    return reply([{ ...(sms && { to: sms.to }), status, "error-text": text }]);
  };

  const accept = async (sms: SmsRequest, connection: string): Promise<Reply> => {
    const { from, to, clientRef, accountRef, pieces } = sms;
    const envelope = { from, to, clientRef, link: "http" as const };
    // A handset shows the text once: it is the carrier who cut it, so its parts cannot go astray.
    const taken = pieces.map((piece, index) =>
      index > 0
        ? outbound.takeFurtherPart(envelope)
        : outbound.take({
            ...envelope,
            server: "http",
            connection,
            text: pieces.map(({ text }) => text).join(""),
            concatenation: piece.concatenation,
            size: pieces.length,
          }),
    );
    const deliver = (receipt: Receipt) => context.sendReceipt(receipt, sms.callback);
    const receipts = sms.wantsReceipt ? taken.map((part) => part.receipts) : [];
    const first = receipts.flatMap((plan) => plan.first);
    if (first.length > 0)
      await Promise.race([Promise.all(first.map(deliver)), timers.pause(FIRST_RECEIPT_MS)]);
    const entries = taken.map(({ messageId, network, price }) => ({
      to,
      "message-id": messageId,
      status: "0",
      "remaining-balance": ledger.balance(),
      "message-price": price,
      network,
      ...(clientRef !== undefined && { "client-ref": clientRef }),
      ...(accountRef !== undefined && { "account-ref": accountRef }),
    }));
    const afterwards = () => {
      for (const { receipt, afterMs } of receipts.flatMap((plan) => plan.later)) {
        timers.after(afterMs, () => void deliver(receipt));
      }
    };
    return { ...reply(entries), afterwards };
  };

  return async (exchange) => {
    const read = await readParameters(exchange);
    stats.http.submits += 1;
    stats.arrivals.http.mark();
    if (read.kind !== "read") return refusal("3", "Invalid request");
    const who = authenticate(account, exchange.request.headers.authorization, read.params);
    if (who !== "ok") return refusal(...NOT_AUTHENTICATED[who]);
    const waitMs = context.gate("http");
    if (waitMs > 0) {
      return refusal("1", `Throughput Rate Exceeded - please wait [ ${waitMs} ] and retry`);
    }
    const parsed = parseSmsRequest(read.params);
    if (!parsed.ok) return refusal(parsed.status, parsed.text);
    const { sms } = parsed;
    if (!outbound.isAllowedSender(sms.from)) return refusal("15", "Invalid sender address", sms);
    if (!outbound.isAllowedDestination(sms.to)) {
      return refusal("29", "Non White-listed Destination - rejected", sms);
    }
    if (!ledger.charge(sms.pieces.length)) {
      return refusal("9", "Quota Exceeded - rejected", sms);
    }
    return accept(sms, `http ${exchange.request.socket.remotePort ?? 0}`);
  };
};

const reply = (entries: readonly Entry[]): Reply => ({
  status: 200,
  body: { "message-count": String(entries.length), messages: entries },
});
