import { httpServer } from "#apps/simulator/http/http-server.ts";
import { createSmsc, type Smsc } from "#apps/simulator/smsc/smsc.ts";
import { accountUrls } from "#apps/simulator/webhooks/account-urls.ts";
import { httpCaller } from "#apps/simulator/webhooks/http-caller.ts";
import { inboundWebhooks } from "#apps/simulator/webhooks/inbound-webhooks.ts";
import { receiptWebhooks } from "#apps/simulator/webhooks/receipt-webhooks.ts";
import { webhookSender } from "#apps/simulator/webhooks/webhook-sender.ts";
import type { CustomerContext } from "./context.ts";
import { type FaultBoard, faultBoard, parseFaults } from "./faults.ts";
import { type HandsetMessage, handsets } from "./handsets.ts";
import { inbound, type Sent } from "./inbound.ts";
import { ledger } from "./ledger.ts";
import { closable, listen } from "./listening.ts";
import { numbers, type OwnedNumber } from "./numbers.ts";
import type { Account, SimulatorOptions, SimulatorSettings } from "./options.ts";
import { outbound } from "./outbound.ts";
import { parseDigits } from "./phone-number.ts";
import { receiptPlanner } from "./receipts.ts";
import { simulatorSettings } from "./settings.ts";
import { shownStats } from "./shown-stats.ts";
import { stateFile } from "./state-file.ts";
import { stats } from "./stats.ts";
import { submissionGate } from "./submission-gate.ts";
import { type Timers, timers } from "./timers.ts";

/** A running carrier. What can be done over HTTP can also be done here, for programs in the same process. */
export interface Simulator {
  /** `http://127.0.0.1:3001`, without a slash at the end. */
  readonly httpUrl: string;
  readonly httpPort: number;
  /** Of the first SMSC host, `smpp://127.0.0.1:2775`. */
  readonly smppUrl: string;
  readonly smppPort: number;
  /** Of all SMSC hosts. */
  readonly smppPorts: readonly number[];
  readonly account: Account;
  /** The account-wide webhook addresses, for programs that know theirs only after this one has started. */
  readonly setWebhookUrls: (urls: { readonly inboundUrl?: string; readonly statusUrl?: string }) => void;
  /** As `PUT /faults`; throws when these are no faults. */
  readonly setFaults: (faults: unknown) => void;
  readonly clearFaults: () => void;
  /** A handset texts a number. Numbers may be written with a plus. */
  readonly text: (from: string, to: string, text: string) => Sent;
  /** What a handset got after the message `after`, oldest first; senders without a plus. */
  readonly inbox: (number: string, after?: string) => readonly HandsetMessage[];
  readonly ownedNumbers: () => readonly OwnedNumber[];
  /** As `GET /stats`. */
  readonly stats: () => ReturnType<typeof shownStats>;
  readonly resetStats: () => void;
  /** Cuts every SMPP connection; new ones are taken. */
  readonly cutLinks: () => void;
  readonly stop: () => Promise<void>;
}

export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const settings = simulatorSettings(options);
  const file = stateFile(settings.stateFile);
  const clock = timers();
  const faults = faultBoard();
  const caller = httpCaller(settings.webhooks.connectTimeoutMs, settings.webhooks.responseTimeoutMs);
  const context = customerContext(settings, faults, clock, caller, file, await file.load());
  const { host } = settings;
  const center = createSmsc(context);
  const texts = inbound(context, ways(context, center, clock), settings);
  const showStats = () => shownStats(context, texts, center);
  const server = httpServer({ ...context, inbound: texts }, showStats);
  const closeHttp = closable(server);

  let httpPort: number;
  try {
    await center.start();
    httpPort = await listen(server, settings.httpPort, host);
  } catch (error) {
    await center.stop();
    throw error;
  }

  const number = (written: string): string => {
    const digits = parseDigits(written);
    if (digits === undefined) throw new Error("Cannot use a number that is not 7 to 15 digits long");
    return digits;
  };

  return {
    httpUrl: `http://${host}:${httpPort}`,
    httpPort,
    smppUrl: `smpp://${host}:${center.ports()[0]}`,
    smppPort: center.ports()[0]!,
    smppPorts: center.ports(),
    account: settings.account,
    setWebhookUrls: context.urls.set,
    setFaults: (value) => {
      const parsed = parseFaults(value);
      if (!parsed.ok) throw new Error(`Cannot set the faults: ${JSON.stringify(parsed.problems)}`);
      faults.replace(parsed.faults);
    },
    clearFaults: () => faults.replace({}),
    text: (from, to, text) => texts.send(number(from), number(to), text),
    inbox: (written, after) => context.handsets.inbox(number(written), after),
    ownedNumbers: context.numbers.owned,
    stats: showStats,
    resetStats: context.stats.reset,
    cutLinks: center.cutLinks,
    stop: async () => {
      clock.stop();
      caller.stop();
      await Promise.all([center.stop(), closeHttp()]);
      await context.saveNumbers();
    },
  };
};

type File = ReturnType<typeof stateFile>;
type Caller = ReturnType<typeof httpCaller>;

const customerContext = (
  settings: SimulatorSettings,
  faults: FaultBoard,
  clock: Timers,
  caller: Caller,
  file: File,
  saved: Awaited<ReturnType<File["load"]>>,
): CustomerContext => {
  const { account, webhooks } = settings;
  const counters = stats();
  const market = numbers(settings.stock, settings.rented, saved);
  const phones = handsets(counters);
  const urls = accountUrls(webhooks.inboundUrl, webhooks.statusUrl);
  const sender = webhookSender(account, webhooks, faults, caller, clock);
  return {
    settings,
    faults,
    stats: counters,
    timers: clock,
    handsets: phones,
    numbers: market,
    saveNumbers: () => file.save(market.snapshot),
    ledger: ledger(account.balance),
    gate: submissionGate(settings.limits, faults),
    outbound: outbound(
      { numbers: market, handsets: phones, stats: counters, receipts: receiptPlanner(faults) },
      { ...account, messageIds: settings.messageIds },
    ),
    urls,
    caller,
    webhooks: sender,
    sendReceipt: receiptWebhooks(sender, urls, counters.http),
  };
};

const ways = (context: CustomerContext, center: Smsc, clock: Timers) => ({
  smpp: center.way,
  http: inboundWebhooks(context.webhooks, context.urls, context.faults, context.stats.http),
  bound: center.bound,
  isStopped: clock.isStopped,
});
