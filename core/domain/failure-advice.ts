/** What a failure's code means to whoever runs this. No number and no text stands in it. */
export interface FailureAdvice {
  /** Null: what the carrier says with it is all that is known. */
  readonly meaning: string | null;
  readonly advice: string;
  /** It is about the virtual number that the text came from: all texts from it fail so until somebody acts. */
  readonly isOfNumber: boolean;
}

const SENDER =
  "Check that your carrier account holds the number and that it may send texts to that country; if not, drain it here and remove it";
const CARRIER = "Ask the carrier, with the carrier's id of a message that failed so";
const RECIPIENT = "Nothing: it is about the recipient";
const HANDSET = "Nothing, unless many numbers of one network fail so: then ask the carrier";

const advice = (meaning: string | null, what: string, isOfNumber = false): FailureAdvice => ({
  meaning,
  advice: what,
  isOfNumber,
});

/**
 * By the codes that links and the engine give. `smpp-…` is the command_status of a submit_sm_resp (SMPP 3.4 §5.1.3), `submit-…` the status
 * of an answer and `receipt-…` the error code of a receipt (Vonage, guides "SMS API errors" and "SMS delivery receipts").
 */
const ADVICE: ReadonlyMap<string, FailureAdvice> = new Map([
  [
    "smpp-0x0a",
    advice(
      "The carrier does not accept the virtual number as the sender (invalid source address)",
      SENDER,
      true,
    ),
  ],
  ["smpp-0x48", advice("The carrier does not accept the kind of number that the sender is", SENDER, true)],
  ["smpp-0x49", advice("The carrier does not accept the numbering plan of the sender", SENDER, true)],
  ["submit-15", advice("The carrier does not accept the virtual number as the sender", SENDER, true)],
  ["receipt-51", advice("The sender is not registered where the recipient is", SENDER, true)],
  [
    "smpp-0x0b",
    advice("The carrier does not accept the recipient's number (invalid destination address)", RECIPIENT),
  ],
  ["submit-7", advice("The recipient's number may not receive texts", RECIPIENT)],
  ["submit-33", advice("The recipient's number is out of use", RECIPIENT)],
  [
    "submit-29",
    advice(
      "A trial account reaches registered numbers only",
      "Ask the carrier to lift the limits of the account",
    ),
  ],
  ["smpp-0x58", advice("We sent faster than the account may", "Lower SMPP_RATE to the account's rate")],
  ["submit-1", advice("We sent faster than the account may", "Lower HTTP_RATE to the account's rate")],
  ["carrier-credentials", advice("The carrier refuses our credentials", "Correct the account's settings")],
  ["carrier-credit", advice("The carrier account has no credit left", "Pay into it")],
  [
    "carrier-account",
    advice("The carrier account is barred, or may not send over this link", "Ask the carrier to open it"),
  ],
  ["opted-out", advice("The recipient has opted out at the carrier", RECIPIENT)],
  ["receipt-2", advice("The handset could not be reached for long", HANDSET)],
  ["receipt-3", advice("The recipient's number is out of use", RECIPIENT)],
  ["receipt-6", advice("A spam filter stopped it", "Look at what the texts say, and ask the carrier")],
  ["receipt-12", advice("The destination cannot be reached", HANDSET)],
  ["receipt-14", advice("The recipient's carrier blocks texts from the virtual number", SENDER, true)],
  ["receipt-50", advice("A filter for registered senders stopped it", SENDER, true)],
  [
    "receipt-52",
    advice("A filter for contents stopped it", "Look at what the texts say, and ask the carrier"),
  ],
  [
    "ttl",
    advice(
      "Its time to live was over before a carrier took it",
      "Look at GET /v1/links: a link was away or too slow for the load",
    ),
  ],
  [
    "no-receipt",
    advice(
      "The carrier took it and never said what became of it",
      "Check the address for receipts in the carrier's account",
    ),
  ],
  ["unknown", advice("The carrier's answers were lost each time", "Look at the way to the carrier")],
]);

/** The codes that have a meaning of their own. */
export const ADVISED_CODES: readonly string[] = [...ADVICE.keys()];

const BY_KIND: readonly (readonly [string, FailureAdvice])[] = [
  ["smpp-", advice(null, CARRIER)],
  ["submit-", advice(null, CARRIER)],
  ["receipt-", advice(null, HANDSET)],
  ["http-", advice(null, "Look at the way to the carrier, and at its status page")],
];

/** What a code means and what to do about it; any code has an answer. */
export const adviceOn = (code: string): FailureAdvice =>
  ADVICE.get(code) ??
  BY_KIND.find(([kind]) => code.startsWith(kind))?.[1] ??
  advice(null, "Look at the messages that failed so");
