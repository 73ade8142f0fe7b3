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
  listOptOuts: numbers("opt-out.read"),
  listMessages: texts("message.read"),
  searchMessages: texts("message.read"),
  getMessage: texts("message.read"),
};

/** They show neither a real number nor a text that the caller does not bring, and change nothing that people rely on. */
export const UNAUDITED_CALLS: readonly string[] = [
  // What relays texts, by itself or by the application, is its own record.
  ...["openConversation", "sendMessage", "sendBroadcast"],
  ...["getBroadcast", "listBroadcastResults", "pauseBroadcast", "resumeBroadcast", "cancelBroadcast"],
  ...["listBlocks", "getOptOut", "listFailures", "explainRoute", "showPool", "listLinks", "listEvents"],
  ...["listServices", "getService", "listNumbers", "searchAvailableNumbers"],
  ...["listWebhookEndpoints", "getWebhookEndpoint", "testWebhookEndpoint", "listDeliveries"],
  ...["listAuditEntries", "getAuditKey", "getErasure", "listHolds", "listReports"],
];
