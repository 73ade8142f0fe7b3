import type { Concatenation } from "#apps/simulator/text/user-data-header.ts";
import { networkOf } from "./countries.ts";
import type { Handsets } from "./handsets.ts";
import { PART_PRICE } from "./ledger.ts";
import { type MessageIdForm, newMessageId } from "./message-ids.ts";
import type { Numbers } from "./numbers.ts";
import type { Digits } from "./phone-number.ts";
import type { ReceiptPlan, ReceiptPlanner } from "./receipts.ts";
import type { LinkKind, Stats } from "./stats.ts";

/** Who texts whom, over which kind of link. */
export interface Envelope {
  readonly from: string;
  readonly to: Digits;
  readonly link: LinkKind;
  readonly clientRef: string | undefined;
}

/** One SMS of a customer, checked, on its way to a handset. */
export interface OutboundSms extends Envelope {
  readonly text: string;
  readonly server: string;
  readonly connection: string;
  readonly concatenation: Concatenation | undefined;
  /** How many SMS the network makes of it, when the customer did not cut it himself. */
  readonly size?: number;
}

export interface TakenSms {
  readonly messageId: string;
  readonly network: string;
  readonly price: string;
  readonly receipts: ReceiptPlan;
}

/** Brings what customers send to the handsets. */
export interface Outbound {
  readonly isAllowedSender: (from: string) => boolean;
  readonly isAllowedDestination: (to: Digits) => boolean;
  readonly take: (sms: OutboundSms) => TakenSms;
  /** A second, third, ... part of a text that the carrier cut itself: an id and receipts of its own, nothing to show. */
  readonly takeFurtherPart: (sms: Envelope) => TakenSms;
}

interface Parts {
  readonly numbers: Numbers;
  readonly handsets: Handsets;
  readonly stats: Stats;
  readonly receipts: ReceiptPlanner;
}

interface Rules {
  readonly messageIds: MessageIdForm;
  readonly checkSender: boolean;
  readonly allowedDestinations: readonly Digits[] | undefined;
}

export const outbound = ({ numbers, handsets, stats, receipts }: Parts, rules: Rules): Outbound => {
  const allowed = rules.allowedDestinations && new Set(rules.allowedDestinations);
  /** No handset has a rented number: such a message goes nowhere, and says so in its receipt. */
  const isHandset = (to: Digits): boolean => numbers.find(to) === undefined;

  const account = ({ from, to, link, clientRef }: Envelope): TakenSms => {
    const arrived = isHandset(to);
    stats[link].accepted += 1;
    if (!arrived) stats[link].toVirtual += 1;
    const messageId = newMessageId(rules.messageIds);
    const price = PART_PRICE;
    const network = networkOf(to);
    const subject = { messageId, from, to, network, price, clientRef, submittedAt: new Date(), arrived };
    return { messageId, network, price, receipts: receipts.plan(subject) };
  };

  return {
    isAllowedSender: (from) => !rules.checkSender || numbers.find(from) !== undefined,
    isAllowedDestination: (to) => allowed === undefined || allowed.has(to),
    take: (sms) => {
      if (isHandset(sms.to)) handsets.receive(sms);
      return account(sms);
    },
    takeFurtherPart: account,
  };
};
