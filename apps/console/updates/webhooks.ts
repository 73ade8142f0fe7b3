import type { Delivery, WebhookEndpoint, WebhookEndpointWithSecret } from "#apps/console/model.ts";
import { webhookPath } from "#apps/console/needs.ts";
import { mayWrite, type State } from "#apps/console/state.ts";
import { gone } from "./screens.ts";
import { type Answers, calling, still, type Updates, withResource } from "./step.ts";

type Kind =
  | "add-webhook"
  | "change-webhook"
  | "remove-webhook"
  | "rotate-webhook"
  | "replay-webhook"
  | "test-webhook"
  | "pause-webhook"
  | "resume-webhook"
  | "forget-secret";

/** What is done to webhook endpoints. */
export const webhookUpdates: Updates<Kind> = {
  "add-webhook": (state, { url, events, service, isWithText }) =>
    mayWrite(state)
      ? calling(state, "add-webhook", {
          method: "POST",
          path: "/v1/webhook-endpoints",
          body: { url, events: patternsIn(events), include: isWithText ? ["text"] : [], service },
        })
      : still(state),
  "change-webhook": (state, { url, events, isWithText }) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "change-webhook") return still(state);
    return calling(state, "change-webhook", {
      method: "PATCH",
      path: "/v1/webhook-endpoints/{id}",
      params: { id: dialog.endpoint.id },
      body: { url, events: patternsIn(events), include: isWithText ? ["text"] : [] },
    });
  },
  "remove-webhook": (state) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "remove-webhook") return still(state);
    const params = { id: dialog.endpoint.id };
    return calling(state, "remove-webhook", { method: "DELETE", path: "/v1/webhook-endpoints/{id}", params });
  },
  "rotate-webhook": (state) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "rotate-webhook") return still(state);
    return calling(state, "rotate-webhook", {
      method: "POST",
      path: "/v1/webhook-endpoints/{id}/rotate",
      params: { id: dialog.endpoint.id },
      body: {},
    });
  },
  "replay-webhook": (state, { since }) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "replay-webhook") return still(state);
    return calling(state, "replay-webhook", {
      method: "POST",
      path: "/v1/webhook-endpoints/{id}/replay",
      params: { id: dialog.endpoint.id },
      body: { since },
    });
  },
  "test-webhook": (state, { endpoint }) =>
    mayWrite(state)
      ? calling({ ...state, tested: null }, `test-webhook ${endpoint}`, {
          method: "POST",
          path: "/v1/webhook-endpoints/{id}/test",
          params: { id: endpoint },
          body: {},
        })
      : still(state),
  "pause-webhook": (state, { endpoint }) =>
    mayWrite(state)
      ? calling(state, "pause-webhook", {
          method: "POST",
          path: "/v1/webhook-endpoints/{id}/pause",
          params: { id: endpoint },
          body: {},
        })
      : still(state),
  "resume-webhook": (state, { endpoint }) =>
    mayWrite(state)
      ? calling(state, "resume-webhook", {
          method: "POST",
          path: "/v1/webhook-endpoints/{id}/resume",
          params: { id: endpoint },
          body: {},
        })
      : still(state),
  "forget-secret": (state) => still({ ...state, secret: null }),
};

/** Separated by blanks or commas. */
const patternsIn = (events: string): string[] => events.split(/[\s,]+/).filter((each) => each !== "");

const kept = (state: State, value: unknown): State => {
  const endpoint = value as WebhookEndpoint;
  return withResource(state, webhookPath(endpoint.id), endpoint);
};
const shown: Answers[string] = (state, value) => still(kept(state, value));

export const webhookAnswers: Answers = {
  "change-webhook": shown,
  "replay-webhook": shown,
  "pause-webhook": shown,
  "resume-webhook": shown,
  "add-webhook": (state, value) => {
    const { id, secret } = value as WebhookEndpointWithSecret;
    const { state: next, effects } = gone(
      state,
      { ...state.address, screen: { name: "webhook", id } },
      false,
    );
    return { state: { ...next, secret, notice: "add-webhook" }, effects };
  },
  // The secret is kept apart, and is gone with the screen.
  "rotate-webhook": (state, value) => {
    const { secret, ...endpoint } = value as WebhookEndpointWithSecret;
    return still({ ...kept(state, endpoint), secret });
  },
  "remove-webhook": (state) => {
    const { state: next, effects } = gone(
      state,
      { ...state.address, screen: { name: "webhooks", service: null } },
      false,
    );
    return { state: { ...next, notice: "remove-webhook" }, effects };
  },
  "test-webhook": (state, value, endpoint) =>
    still({ ...state, tested: { endpoint, delivery: value as Delivery } }),
};
