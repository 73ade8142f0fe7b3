// A data table: everything that is told to the outside, from which types, schemas and documentation follow.

/** A field of an event. `of`: what the id is one of. */
interface Field {
  readonly type: "id" | "text" | "integer";
  readonly of?: "conversation" | "message" | "participant";
  readonly values?: readonly string[];
  readonly nullable?: true;
  readonly about: string;
}

interface EventDescription {
  readonly subject: "conversation" | "message" | "number" | "country" | "participant" | "link" | "audit";
  readonly about: string;
  readonly data: Readonly<Record<string, Field>>;
}

/** Grows by one with each change of the conversation, so that a late event can be told from a new one. */
const version = { type: "integer", about: "How often the conversation had been changed, from 1" } as const;

const conversationId = {
  type: "id",
  of: "conversation",
  nullable: true,
  about: "The conversation that the message belongs to; null: none",
} as const;
const senderId = {
  type: "id",
  of: "participant",
  nullable: true,
  about: "Who wrote it; null: we, or the platform, or a stranger",
} as const;
const recipientId = {
  type: "id",
  of: "participant",
  nullable: true,
  about: "Whom it is meant for; null: nobody whom we know",
} as const;
const segments = { type: "integer", about: "How many segments the text takes" } as const;
const code = {
  type: "text",
  nullable: true,
  about: "Why, in a short code of ours or of the carrier",
} as const;

const message = { conversationId, senderId, recipientId, segments } as const;

const leak = {
  kind: {
    type: "text",
    values: ["phone", "email", "link", "handle"],
    about: "A telephone number, a mail box, a web address, or a user name somewhere else",
  },
  certainty: {
    type: "text",
    values: ["sure", "likely"],
    about: "What is only likely is left as it is",
  },
  start: { type: "integer", about: "Where it begins in the text as it was written, in UTF-16 units" },
  end: { type: "integer", about: "Where it ends, exclusive" },
  action: {
    type: "text",
    values: ["observe", "mask", "block"],
    about: "What was done: nothing, it was hidden, or the text was not passed on",
  },
} as const;

const number = { country: { type: "text", about: "Its country: ISO 3166-1 alpha-2" } } as const;
const pool = { free: { type: "integer", about: "Numbers that are left" } } as const;
const wish = {
  source: {
    type: "text",
    values: ["text", "api", "carrier"],
    about: "How we heard of it: a text, the API, or the carrier",
  },
  conversationId: {
    type: "id",
    of: "conversation",
    nullable: true,
    about: "The newest conversation that the person takes part in",
  },
} as const;
const inConversation = { type: "id", of: "conversation", about: "Where it was said" } as const;
const link = {
  kind: { type: "text", values: ["smpp", "http"], about: "Over which protocol it goes" },
} as const;
const setLink = {
  ...link,
  by: { type: "text", about: "The name of the API key with which it was asked for" },
  window: {
    type: "integer",
    nullable: true,
    about: "Segments under way at the same time; null: as each process is set up",
  },
  rate: {
    type: "integer",
    nullable: true,
    about: "Segments a second of its account; null: as each process is set up",
  },
} as const;

/** No real number and no text stands in any of these; ids, states, codes and counts do. */
export const EVENT_CATALOGUE = {
  "conversation.opened": {
    subject: "conversation",
    about: "Two participants can text each other",
    data: { version },
  },
  "conversation.closed": {
    subject: "conversation",
    about: "It has ended by request",
    data: { version },
  },
  "conversation.expired": {
    subject: "conversation",
    about: "It has ended by itself",
    data: {
      version,
      reason: { type: "text", values: ["expired", "idle"], about: "Its time was over, or nobody texted" },
    },
  },
  "conversation.swapped": {
    subject: "conversation",
    about: "Somebody has taken the place of a participant",
    data: {
      version,
      leftId: { type: "id", of: "participant", about: "Who has left" },
      joinedId: { type: "id", of: "participant", about: "Who has taken the place" },
    },
  },
  "message.received": {
    subject: "message",
    about: "A text has come from a handset; what becomes of it is told by other events",
    data: message,
  },
  "message.held": {
    subject: "message",
    about: "Its writer texts more than the service allows: it leaves later, in order",
    data: {
      ...message,
      limit: {
        type: "text",
        values: ["minute", "hour", "day"],
        about: "Texts in a minute, in an hour, or in a day over all conversations",
      },
      seconds: { type: "integer", about: "How long it waits" },
    },
  },
  "message.sent": {
    subject: "message",
    about: "The carrier has taken all of it",
    data: {
      ...message,
      link: { type: "text", values: ["smpp", "http"], about: "Which kind of link it went over" },
      attempts: { type: "integer", about: "How often it was handed to a carrier" },
    },
  },
  "message.delivered": { subject: "message", about: "It has arrived", data: message },
  "message.failed": {
    subject: "message",
    about: "It has not arrived and will not",
    data: {
      ...message,
      state: { type: "text", values: ["failed", "expired"], about: "Whether it failed or its time was over" },
      code,
    },
  },
  "message.blocked": {
    subject: "message",
    about: "It was not passed on, as somebody does not want it",
    data: { ...message, code },
  },
  "message.unroutable": {
    subject: "message",
    about: "The number texted stands for nobody to the sender",
    data: { ...message, code },
  },
  "leak.found": {
    subject: "message",
    about: "It shows a way to reach its writer elsewhere",
    data: { conversationId, senderId, recipientId, ...leak },
  },
  "number.rented": { subject: "number", about: "A number has been added to the pool", data: number },
  "number.drained": { subject: "number", about: "A number is not given to new conversations", data: number },
  "number.released": { subject: "number", about: "A number has left the pool", data: number },
  "pool.low": { subject: "country", about: "Few numbers of a country are left", data: pool },
  "pool.exhausted": {
    subject: "country",
    about: "A conversation could not be opened for lack of a number",
    data: pool,
  },
  "participant.opted-out": { subject: "participant", about: "Somebody wants no texts", data: wish },
  "participant.opted-in": { subject: "participant", about: "Somebody wants texts again", data: wish },
  "participant.reported": {
    subject: "participant",
    about: "The other participant has reported and blocked somebody",
    data: {
      conversationId: inConversation,
      reporterId: { type: "id", of: "participant", about: "Who has reported" },
    },
  },
  "participant.limit-exceeded": {
    subject: "participant",
    about: "Somebody texts more than the service allows; told once an hour in a conversation",
    data: {
      conversationId: inConversation,
      limit: {
        type: "text",
        values: ["minute", "hour", "day", "same-text", "same-link"],
        about:
          "Texts in a minute, in an hour, in a day over all conversations, or the same text or link into many conversations",
      },
      action: {
        type: "text",
        values: ["observe", "hold", "block"],
        about: "Whether texts beyond it are passed on, leave later, or are blocked",
      },
    },
  },
  "abuse.loop": {
    subject: "participant",
    about: "Two machines answer each other, and are stopped; told once an hour with a text that was",
    data: { conversationId: inConversation },
  },
  "abuse.stranger": {
    subject: "number",
    about:
      "Somebody texts this number of ours and others again and again, and reaches nobody; told once an hour for each of them",
    data: { perHour: { type: "integer", about: "More texts of one sender in an hour are ignored" } },
  },
  "abuse.spend-cap": {
    subject: "country",
    about:
      "Intros, texts that advertise and broadcasts have cost as much as a day may, and are stopped; told once a day for each service",
    data: {
      cap: { type: "integer", about: "Segments of a day" },
      of: {
        type: "text",
        values: ["installation", "service"],
        about: "Whose cap it is: SPEND_CAP, over all services, or that of the rules of this one",
      },
    },
  },
  "abuse.openings": {
    subject: "country",
    about: "More conversations are being opened than the service allows; told once an hour for each limit",
    data: {
      limit: {
        type: "text",
        values: ["hour", "prefix"],
        about: "Of the whole service, or to numbers that are the same but for the last four digits",
      },
      perHour: { type: "integer", about: "How many are allowed in an hour" },
    },
  },
  "participant.wrong-number": {
    subject: "participant",
    about: "Somebody says to be another person: the number may have a new owner",
    data: { conversationId: inConversation },
  },
  "participant.unreachable": {
    subject: "participant",
    about: "The last three texts to somebody failed as their number is in nobody's use; told once",
    data: { conversationId: inConversation },
  },
  "participant.reassigned": {
    subject: "participant",
    about: "The real number has a new owner: what was open with it has ended",
    data: { conversationId: inConversation },
  },
  "link.up": { subject: "link", about: "A carrier link can send or receive", data: link },
  "link.down": { subject: "link", about: "A carrier link can do neither", data: link },
  "link.paused": { subject: "link", about: "A link sends nothing until it is resumed", data: setLink },
  "link.resumed": { subject: "link", about: "A link that was paused sends again", data: setLink },
  "link.restarted": {
    subject: "link",
    about: "A link was told to end what is under way and to connect anew",
    data: setLink,
  },
  "link.changed": { subject: "link", about: "A link has got another window or rate", data: setLink },
  "audit.head": {
    subject: "audit",
    about: "The end of the audit log, signed: keep it where nobody who can write to the database can",
    data: {
      position: { type: "integer", about: "Of the last entry" },
      hash: { type: "text", about: "Of the last entry: SHA-256, in hexadecimal" },
      keyId: { type: "text", nullable: true, about: "Which key has signed it; null: none" },
      signature: {
        type: "text",
        nullable: true,
        about:
          "Ed25519 over the canonical JSON of position, hash and at, in base64; at is the timestamp in milliseconds",
      },
    },
  },
} as const satisfies Readonly<Record<string, EventDescription>>;
