import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JOURNAL_EVENTS, type Journal, type JournalEvent, type JournalFacts } from "#core/ports/journal.ts";

export interface JournalUnderTest {
  readonly journal: Journal;
  /** How often each thing was told, as far as whoever reads it can know. */
  told(): ReadonlyMap<string, number>;
}

/** A fact of each kind; the same every time, so that what is told again is alike. */
export const FACTS: JournalFacts = {
  configured: { settings: { PORT: "3000", VONAGE_API_SECRET: "set" } },
  settingWarned: { warning: "a name is unknown" },
  ready: { address: "http://127.0.0.1:3000" },
  stopping: { reason: "SIGTERM" },
  stopped: {},
  componentFailed: { component: "the API", during: "stop", error: new Error("odd") },
  componentLate: { component: "the API" },
  leftOpen: { open: ["Timeout"] },
  bugFound: { where: "a request", error: new Error("odd") },
  databaseAwaited: { problem: "Nothing answers at 127.0.0.1:5432" },
  databaseLost: { reason: "it does not answer" },
  databaseBack: { awayMs: 10_000, failures: 12 },
  writesDelayed: { delayMs: 10_000, messages: 3, receipts: 2, refused: true },
  routesUnsteady: { messages: 1 },
  schemaMigrated: { migrations: 1 },
  databaseSaid: { line: "Preparing" },
  clockSkewed: { skewMs: -1_500 },
  valueUnreadable: { purpose: "message", row: "a row", reason: "damaged", keyId: null },
  fenced: { dispatcher: "a dispatcher", messages: 4 },
  leaseLost: { dispatcher: "a dispatcher" },
  leaseRegained: { dispatcher: "a dispatcher", lostMs: 900 },
  partitionsTaken: { partitions: 32, owned: 32 },
  partitionsHandedOver: { partitions: 32, messages: 2, tookMs: 40 },
  messagesRecovered: { dispatchers: 1, messages: 7 },
  linkUp: { link: "smpp-1", direction: "transceiver", address: "smpp://localhost:2775", downMs: null },
  linkDown: {
    ...{ link: "smpp-1", direction: "transceiver", address: "smpp://localhost:2775", code: "silent" },
    ...{ cause: "silent", detail: "It is silent", upMs: 5_000, againInMs: 900, alarm: false },
  },
  bindRefused: {
    ...{ link: "smpp-1", direction: "transceiver", address: "smpp://localhost:2775", code: "smpp-0x0e" },
    ...{ cause: "ESME_RINVPASWD", detail: "Check SMPP_PASSWORD", againInMs: 300_000, alarm: true },
  },
  linkDeaf: { link: "smpp-1", code: "submit-unanswered", detail: "Nothing is answered" },
  linkHears: { link: "smpp-1", deafMs: 4_000 },
  linkControlled: { link: "smpp-1", isPaused: true, window: 20, rate: null, by: "ops" },
  throttled: { link: "smpp-1" },
  throttlingOver: { link: "smpp-1", lastedMs: 12_000, answers: 40 },
  answersLost: { link: "smpp-1", messages: 5 },
  deliveriesPutOff: { link: "smpp-1", deliveries: 9 },
  linkFaulted: { link: "smpp-1", error: new Error("odd") },
  pduMalformed: { link: "smpp-1", commandId: 5, reason: "it ends too soon" },
  deliveryIgnored: { link: "smpp-1", reason: "program-data" },
  messageRetried: { messageId: "an id", link: "smpp-1", code: "smpp-0x08", attempts: 1, againInMs: 2_000 },
  messageEnded: { messageId: "an id", state: "failed", code: "smpp-0x0b", link: "smpp-1" },
  notDelivered: { code: "receipt-9" },
  loopCut: { conversationId: "an id" },
  webhookFailing: { endpointId: "an id", code: "refused", failures: 5, againInMs: 5_000 },
  webhookRecovered: { endpointId: "an id", failedMs: 60_000 },
  webhookDisabled: { endpointId: "an id", reason: "gone" },
  webhookGivenUp: { endpointId: "an id", eventId: "evt_1", code: "timeout" },
  webhookEventsMissed: { endpointId: "an id" },
  policySilent: { conversationId: "an id", why: "timeout", choice: "block" },
  policyBlocked: { conversationId: "an id", reason: "leak:phone" },
  webhookRefused: { route: "/webhooks/vonage/inbound", outcome: "unauthorized" },
  requestAnswered: { method: "GET", route: "/v1/numbers", status: 200, tookMs: 3.4 },
  signInRefused: {},
  numberShown: { key: "support", conversationId: "an id", participantId: "an id" },
  answerNotKept: { error: new Error("odd") },
  poolLow: { country: "GB", numbers: 10, headroom: 0.1 },
  poolRecovered: { country: "GB", numbers: 20, headroom: 0.6 },
  numbersRented: { country: "GB", numbers: 1, tookMs: 800 },
  rentingRefused: { country: "GB", code: "sold-out", detail: "The carrier has none" },
  rentingBudgetSpent: { country: "GB", budget: 20 },
  excessDropped: { receipts: 3, strangers: 0 },
  parkedReceiptsDropped: { receipts: 3 },
};

/** Tells one of the facts. */
export const tellOf = <Event extends JournalEvent>(journal: Journal, event: Event): void =>
  journal[event](FACTS[event]);

/** What every journal promises to whoever tells it something. */
export const describeJournal = (name: string, open: () => JournalUnderTest): void => {
  describe(name, () => {
    test("keeps count of everything that it is told, however often the same comes", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.constantFrom(...JOURNAL_EVENTS), fc.integer({ min: 1, max: 40 })), {
            maxLength: 30,
          }),
          (stories) => {
            const { journal, told } = open();
            const expected = new Map<string, number>();
            for (const [event, times] of stories) {
              expected.set(event, (expected.get(event) ?? 0) + times);
              for (let i = 0; i < times; i += 1) tellOf(journal, event);
            }
            expect(told()).toEqual(expected);
          },
        ),
        { numRuns: 30 },
      );
    });
  });
};
