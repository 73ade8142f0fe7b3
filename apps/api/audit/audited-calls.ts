/** What the audit log says of a call. */
export interface AuditedCall {
  /** A noun and a verb. */
  readonly action: string;
  /**
   * `change`: an entry before anything is done, and another one with what came of it. `read`: an entry before the answer goes out, one a
   * minute for the same read.
   */
  readonly kind: "change" | "read";
  /** What `number` means, in the path or the body: a person's, or one of ours. */
  readonly number?: "person" | "own";
  /** What a read shows: to browsers, which get real numbers masked, a call that shows only numbers shows nothing. */
  readonly shows?: "numbers" | "texts";
  /** Its items have no ids: they are named by the digests of their numbers. */
  readonly people?: true;
  /** Where the answer names what it shows, in other fields than `id`; without any of them it shows nothing. */
  readonly names?: readonly string[];
}

const change = (action: string, number?: "person" | "own"): AuditedCall => ({
  action,
  kind: "change",
  ...(number && { number }),
});
const numbers = (action: string): AuditedCall => ({ action, kind: "read", shows: "numbers" });
const texts = (action: string): AuditedCall => ({ action, kind: "read", shows: "texts" });

/** By operation. A call that is new belongs here or below; a test asks for it. */
export const AUDITED_CALLS: Readonly<Record<string, AuditedCall>> = {
  swapParticipant: change("conversation.swap", "person"),
  patchConversation: change("conversation.change"),
  closeConversation: change("conversation.close"),
  retryMessage: change("message.retry"),
  retryFailedMessages: change("message.retry"),
  addOptOut: change("opt-out.add", "person"),
  putOptOut: change("opt-out.add", "person"),
  removeOptOut: change("opt-out.remove", "person"),
  importOptOuts: change("opt-out.import"),
  removeBlock: change("block.remove"),
  addService: change("service.add"),
  changeService: change("service.change"),
  removeService: change("service.remove"),
  registerNumber: change("number.register", "own"),
  rentNumbers: change("number.rent", "own"),
  drainNumber: change("number.drain", "own"),
  releaseNumber: change("number.release", "own"),
  patchLink: change("link.change"),
  pauseLink: change("link.pause"),
  resumeLink: change("link.resume"),
  restartLink: change("link.restart"),
  addWebhookEndpoint: change("webhook-endpoint.add"),
  changeWebhookEndpoint: change("webhook-endpoint.change"),
  removeWebhookEndpoint: change("webhook-endpoint.remove"),
  rotateWebhookSecret: change("webhook-endpoint.rotate"),
  pauseWebhookEndpoint: change("webhook-endpoint.pause"),
  resumeWebhookEndpoint: change("webhook-endpoint.resume"),
  replayWebhooks: change("webhook-endpoint.replay"),
  erasePerson: change("erasure.request", "person"),
  reassignNumber: change("participant.reassign"),
  placeHold: change("hold.place", "person"),
  releaseHold: change("hold.release"),
  exportPerson: { action: "person.export", kind: "change", number: "person" },

  listConversations: numbers("conversation.read"),
  searchConversations: numbers("conversation.read"),
  getConversation: numbers("conversation.read"),
  listOptOuts: { ...numbers("opt-out.read"), people: true },
  explainRoute: { ...numbers("route.explain"), names: ["conversationId", "recipient"] },
  listMessages: texts("message.read"),
  searchMessages: texts("message.read"),
  getMessage: texts("message.read"),
};

const OWN_RECORD = "What relays texts, by itself or by the application, is its own record";
const NOT_SHOWN = "It shows neither a real number nor a text, but what the caller has brought";
const OURS = "It shows numbers of ours alone, which whoever texts them sees";

/** The other calls, and why they are not in the log: each shows nobody's number or text, and changes nothing that people rely on. */
export const UNAUDITED_CALLS: Readonly<Record<string, string>> = {
  openConversation: OWN_RECORD,
  sendMessage: OWN_RECORD,
  sendBroadcast: OWN_RECORD,
  pauseBroadcast: OWN_RECORD,
  resumeBroadcast: OWN_RECORD,
  cancelBroadcast: OWN_RECORD,
  getBroadcast: OWN_RECORD,
  listBroadcastResults: OWN_RECORD,
  listBlocks: NOT_SHOWN,
  getOptOut: NOT_SHOWN,
  listEvents: NOT_SHOWN,
  listLinks: NOT_SHOWN,
  listServices: NOT_SHOWN,
  getService: NOT_SHOWN,
  getErasure: NOT_SHOWN,
  listHolds: NOT_SHOWN,
  listReports: NOT_SHOWN,
  listFailures: OURS,
  showPool: OURS,
  listNumbers: OURS,
  searchAvailableNumbers: OURS,
  listWebhookEndpoints: NOT_SHOWN,
  getWebhookEndpoint: NOT_SHOWN,
  listDeliveries: "What an application has answered is its own",
  testWebhookEndpoint: "It posts an event that says nothing, to an address whose choice is in the log",
  listAuditEntries: "Whoever reads the log adds nothing to it: it would grow by being read",
  getAuditKey: NOT_SHOWN,
};
