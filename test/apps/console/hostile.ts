import type { Page } from "playwright-core";

/** What strangers, carriers and receivers of webhooks may write. */
export const HOSTILE = [
  '<img src=x onerror="document.title=`broken`">',
  "javascript:alert(1)",
  "\u202egnp.exe\u202c \u200f",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: whatever somebody takes for a template.
  "${alert(1)} {{constructor}}",
] as const;

/** All of it at once, and too much of it: 10,000 characters. */
export const ALL_HOSTILE = `${HOSTILE.join(" ")} `.padEnd(10_000, "w");

const AT = "2026-01-31T12:00:00.000Z";

const LINK = {
  name: "smpp-1",
  kind: "smpp",
  direction: "transceiver",
  process: "gateway-1",
  state: "down",
  reason: { code: "13", name: "ESME_RBINDFAIL", detail: ALL_HOSTILE },
  since: AT,
  nextAttemptAt: AT,
  inFlight: 0,
  window: 10,
  rate: 30,
  sent: 1,
  throttled: 0,
  setting: null,
};

const FAILURE = {
  code: "smpp:0x00000045",
  meaning: ALL_HOSTILE,
  advice: ALL_HOSTILE,
  count: 3,
  lastAt: AT,
  numbers: [{ number: "+447418300001", count: 3 }],
};

const DELIVERY = {
  eventId: "evt_1_1_1_1",
  type: "message.sent",
  attempt: 3,
  at: AT,
  outcome: "refused",
  status: 500,
  tookMs: 12,
  answer: ALL_HOSTILE,
};

const page = (items: readonly unknown[], more: object = {}) => ({ items, next: null, ...more });

/** A carrier whose errors are markup, and a receiver whose answers are: instead of what the API has. */
export const answerWithHostility = async (browserPage: Page): Promise<void> => {
  const answers: Readonly<Record<string, unknown>> = {
    "**/v1/links": page([LINK]),
    "**/v1/failures*": page([FAILURE], { since: AT, complete: true }),
    "**/v1/webhook-endpoints/*/deliveries*": page([
      DELIVERY,
      { ...DELIVERY, attempt: 2, answer: HOSTILE[0] },
    ]),
  };
  for (const [address, body] of Object.entries(answers))
    await browserPage.route(address, (route) => route.fulfill({ json: body }));
};
