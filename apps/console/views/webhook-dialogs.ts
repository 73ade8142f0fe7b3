import { html, type TemplateResult } from "lit-html";
import { asWritten, instantOf } from "#apps/console/instants.ts";
import type { WebhookEndpoint } from "#apps/console/model.ts";
import { SERVICES } from "#apps/console/needs.ts";
import type { Dialog } from "#apps/console/state.ts";
import { frame } from "./dialog-frame.ts";
import { choice, field, type Shown, written } from "./parts.ts";
import { read, type View } from "./view.ts";

const HOUR_MS = 3_600_000;

type Kind = "add-webhook" | "change-webhook" | "rotate-webhook" | "replay-webhook" | "remove-webhook";

export const webhookDialog = (view: View, open: Extract<Dialog, { readonly kind: Kind }>): Shown => {
  const { webhooks } = view.words;
  switch (open.kind) {
    case "add-webhook":
      return frame(view, {
        title: webhooks.addTitle,
        what: webhooks.addWhat,
        submit: webhooks.addSubmit,
        fields: html`${addressed(view, null)} ${serviceChoice(view)}`,
        action: ({ url = "", events = "", text, service = "" }) => ({
          kind: "add-webhook",
          url,
          events,
          isWithText: text === "yes",
          service: service === "" ? null : service,
        }),
      });
    case "change-webhook":
      return frame(view, {
        title: webhooks.changeTitle,
        what: webhooks.changeWhat,
        submit: webhooks.changeSubmit,
        fields: addressed(view, open.endpoint),
        action: ({ url = "", events = "", text }) => ({
          kind: "change-webhook",
          url,
          events,
          isWithText: text === "yes",
        }),
      });
    case "rotate-webhook":
      return frame(view, {
        title: webhooks.rotateTitle,
        what: webhooks.rotateWhat,
        submit: webhooks.rotateSubmit,
        action: () => ({ kind: "rotate-webhook" }),
      });
    case "replay-webhook":
      return replay(view);
    case "remove-webhook":
      return frame(view, {
        title: webhooks.removeTitle,
        what: html`${webhooks.removeWhat} ${written(open.endpoint.url)}`,
        submit: webhooks.removeSubmit,
        isSerious: true,
        action: () => ({ kind: "remove-webhook" }),
      });
  }
};

/** Where to, and what. */
const addressed = ({ words }: View, endpoint: WebhookEndpoint | null): TemplateResult => html`
  ${field({
    name: "url",
    label: words.webhooks.url,
    type: "url",
    required: true,
    value: endpoint?.url ?? "",
    placeholder: "https://app.example/webhooks",
    max: 2_000,
  })}
  ${field({
    name: "events",
    label: words.webhooks.events,
    hint: words.webhooks.eventsHint,
    required: true,
    value: endpoint?.events.join(" ") ?? "*",
  })}
  <label class="check">
    <input type="checkbox" name="text" value="yes" ?checked=${endpoint?.include.includes("text") ?? false} />
    ${words.webhooks.includeText}
  </label>
`;

/** A key of one service adds to that one. */
const serviceChoice = (view: View): TemplateResult | undefined => {
  const services = read(view, SERVICES)?.items ?? [];
  if (services.length < 2) return undefined;
  return choice(
    "service",
    view.words.webhooks.service,
    services.map(({ slug }) => slug),
    "default",
  );
};

const replay = (view: View): TemplateResult => {
  const { words, state } = view;
  const { zone } = state.address;
  return frame(view, {
    title: words.webhooks.replayTitle,
    what: words.webhooks.replayWhat,
    submit: words.webhooks.replaySubmit,
    fields: field({
      name: "since",
      label: `${words.webhooks.since} (${words.shell.zones[zone]})`,
      type: "datetime-local",
      required: true,
      value: asWritten(state.now - HOUR_MS, zone),
    }),
    action: ({ since = "" }) => ({ kind: "replay-webhook", since: instantOf(since, zone) ?? "" }),
  });
};
