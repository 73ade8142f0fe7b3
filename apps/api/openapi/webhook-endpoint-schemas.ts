import { z } from "zod";
import { listOf, shownTime } from "./shown-fields.ts";

const ENDPOINT = {
  id: "whe_01h455vb4pex5vsknk084sn02q",
  url: "https://app.example/webhooks",
  events: ["message.*", "conversation.closed"],
  include: [],
  service: "default",
  state: "active",
  disabledReason: null,
  createdAt: "2026-01-31T12:00:00.000Z",
  lastDeliveredAt: "2026-01-31T12:03:00.000Z",
  failingSince: null,
  nextAttemptAt: null,
} as const;

const SECRET = "whsec_QSBzZWNyZXQgb2YgdGhpcnR5LXR3byBvY3RldHM=";

const DELIVERY = {
  eventId: "evt_1_2s9_7_1",
  type: "message.delivered",
  attempt: 2,
  at: "2026-01-31T12:03:00.000Z",
  outcome: "refused",
  status: 503,
  tookMs: 120,
  answer: "busy",
} as const;

export const webhookEndpoint = z
  .strictObject({
    id: z
      .string()
      .regex(/^whe_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
      .meta({ description: "The id of a webhook endpoint" }),
    url: z.string(),
    events: z.array(z.string()).meta({ description: "Types of events, or patterns such as `message.*`" }),
    include: z.array(z.enum(["text"])).meta({ description: "What events tell beside ids" }),
    service: z.string().meta({ description: "The slug of the service whose events it gets" }),
    state: z.enum(["active", "paused", "disabled"]).meta({
      description: "`disabled`: it answered 410, or failed for days; resume it when it works",
    }),
    disabledReason: z.enum(["gone", "failing"]).nullable(),
    createdAt: shownTime,
    lastDeliveredAt: shownTime.nullable(),
    failingSince: shownTime.nullable().meta({ description: "The first failure since the last success" }),
    nextAttemptAt: shownTime.nullable().meta({
      description: "After several failures in a row one attempt is made then; null: everything is sent",
    }),
  })
  .meta({ id: "WebhookEndpoint", description: "Where events are delivered", examples: [ENDPOINT] });

export const webhookEndpointWithSecret = webhookEndpoint
  .extend({
    secret: z
      .string()
      .meta({ description: "Deliveries are signed with it (Standard Webhooks); not shown again" }),
  })
  .meta({
    id: "WebhookEndpointWithSecret",
    description: "A webhook endpoint with its new secret",
    examples: [{ ...ENDPOINT, secret: SECRET }],
  });

export const webhookEndpoints = listOf(webhookEndpoint, ENDPOINT);

export const delivery = z
  .strictObject({
    eventId: z.string().meta({ description: "`webhook-id`: the same for all attempts" }),
    type: z.string(),
    attempt: z.int().min(1),
    at: shownTime,
    outcome: z
      .enum(["delivered", "refused", "gone", "timeout", "unreachable", "blocked"])
      .meta({ description: "`blocked`: the address is in a private network" }),
    status: z.int().nullable().meta({ description: "The HTTP status; null: there was no answer" }),
    tookMs: z.int().min(0),
    answer: z.string().nullable().meta({ description: "The first 1024 octets of the answer" }),
  })
  .meta({ id: "Delivery", description: "An attempt to deliver an event", examples: [DELIVERY] });

export const deliveries = listOf(delivery, DELIVERY);
