import type { Refusal } from "./refusal.ts";

/** Why a message did not arrive: a short code of ours or the carrier's, and a sentence without numbers or texts. */
export interface Failure {
  readonly code: string;
  readonly detail: string;
}

/** The wording of ends that we decide on ourselves; no number and no text stands in them. */
export const TTL_OVER: Failure = {
  code: "ttl",
  detail: "its time to live was over before a carrier took it",
};

export const NO_RECEIPT: Failure = {
  code: "no-receipt",
  detail: "the carrier took it and never said what became of it",
};

export const REASSIGNED: Failure = {
  code: "reassigned",
  detail: "its conversation is over, and the number it would have come from may be another's",
};

const REFUSED: Readonly<Record<Refusal["reason"], Failure["detail"]>> = {
  stranger: "the number texted stands for nobody to this sender",
  closed: "the conversation has ended",
  quarantined: "the conversation has ended",
  "not-our-number": "the number texted is not one of ours",
  "opt-out": "the recipient wants no texts",
  loop: "two machines answered each other's texts in this conversation",
  media: "a picture or the like came without words, and is not passed on",
  "nothing-to-read": "there was nothing to read in it",
  "hook:spam": "the app of the service takes it for spam",
  "hook:abuse": "the app of the service takes it for abuse",
  "hook:contact": "the app of the service passes on no ways to meet elsewhere",
  "hook:payment": "the app of the service passes on no ways to pay elsewhere",
  "hook:other": "the app of the service let it go no further",
  "hook:no-answer": "the app of the service gave no answer that counts, and nothing is passed on then",
  "hook:shows-number": "as the app of the service has rewritten it, it shows a real number",
  flood: "its writer has sent more than the service passes on",
  "fan-out": "its writer has sent the same into more conversations than the service passes on",
  "leak:phone": "it shows a telephone number, which the service does not pass on",
  "leak:email": "it shows a mail address, which the service does not pass on",
  "leak:link": "it shows a web address, which the service does not pass on",
  "leak:handle": "it shows a user name somewhere else, which the service does not pass on",
  "pair-block": "one of the two has blocked the other",
};

/** The codes of all that goes no further. */
export const REFUSAL_CODES: readonly string[] = Object.keys(REFUSED);

/** Why an inbound message goes no further, in words. */
export const failureOfRefusal = (reason: Refusal["reason"]): Failure => ({
  code: reason,
  detail: REFUSED[reason],
});
