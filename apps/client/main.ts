/** All that the package `@sms-proxy/client` gives. */
export type { BroadcastLine, BroadcastOptions, BroadcastResult } from "./broadcasts.ts";
export type { AnswerTo, PatchOptions, Request } from "./calls.ts";
export { type Client, createClient, type RawOptions } from "./client.ts";
export type { EventPage, FeedEvent, FollowOptions } from "./events.ts";
export type { Listing, Page } from "./listing.ts";
export { type Problem, type ProblemError, type ProblemKind, problemOf } from "./problem.ts";
export type { Answer, CallOptions, ClientOptions, Method } from "./transport.ts";
export type * from "./types.gen.ts";
export {
  type HeadersLike,
  type VerifyOptions,
  verifyWebhook,
  type WebhookError,
  type WebhookEvent,
  type WebhookRefusal,
} from "./webhooks.ts";
