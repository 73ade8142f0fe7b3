import { html, nothing } from "lit-html";
import { frame } from "./dialog-frame.ts";
import { linkDialog } from "./link-dialogs.ts";
import { field, type Shown } from "./parts.ts";
import type { View } from "./view.ts";
import { webhookDialog } from "./webhook-dialogs.ts";

/** What asks before something is changed; the browser keeps the focus inside, and Escape closes it. */
export const dialog = (view: View): Shown => {
  const open = view.state.dialog;
  if (open === null) return nothing;
  const { conversation, numbers, services } = view.words;
  switch (open.kind) {
    case "close":
      return frame(view, {
        title: conversation.closeTitle,
        what: conversation.closeWhat,
        submit: conversation.closeSubmit,
        isSerious: true,
        fields: field({
          name: "reason",
          label: conversation.closeReason,
          hint: conversation.optional,
          max: 200,
        }),
        action: ({ reason = "" }) => ({ kind: "close-conversation", reason }),
      });
    case "swap":
      return frame(view, {
        title: conversation.swapTitle(open.name),
        what: conversation.swapWhat,
        submit: conversation.swapSubmit,
        fields: html`
          ${field({ name: "number", label: conversation.swapNumber, type: "tel", required: true, placeholder: "+44 7700 900003" })}
          ${field({ name: "name", label: conversation.swapName, hint: conversation.optional, max: 100 })}
          <label class="check"><input type="checkbox" name="intro" value="yes" checked /> ${conversation.swapIntro}</label>
        `,
        action: ({ number = "", name = "", intro }) => ({
          kind: "swap",
          number,
          name,
          intro: intro === "yes",
        }),
      });
    case "drain":
      return frame(view, {
        title: numbers.drainTitle(open.number),
        what: numbers.drainWhat,
        submit: numbers.drainSubmit,
        action: () => ({ kind: "drain" }),
      });
    case "release":
      return frame(view, {
        title: numbers.releaseTitle(open.number),
        what: numbers.releaseWhat,
        submit: numbers.releaseSubmit,
        isSerious: true,
        action: () => ({ kind: "release" }),
      });
    case "rent":
      return frame(view, {
        title: numbers.rentTitle,
        what: numbers.rentWhat,
        submit: numbers.rentSubmit,
        fields: html`
          ${field({ name: "country", label: numbers.country, hint: numbers.countryHint, required: true, max: 2, value: "GB" })}
          ${field({ name: "count", label: numbers.count, type: "number", required: true, value: "1" })}
        `,
        action: ({ country = "", count = "1" }) => ({ kind: "rent", country, count: Number(count) }),
      });
    case "add-service":
      return frame(view, {
        title: services.addTitle,
        what: services.addWhat,
        submit: services.addSubmit,
        fields: html`
          ${field({ name: "slug", label: services.slug, hint: services.slugHint, required: true, max: 40 })}
          ${field({ name: "name", label: services.name, hint: services.nameHint, max: 40 })}
        `,
        action: ({ slug = "", name = "" }) => ({ kind: "add-service", slug, name }),
      });
    case "register":
      return frame(view, {
        title: numbers.registerTitle,
        what: numbers.registerWhat,
        submit: numbers.registerSubmit,
        fields: field({ name: "number", label: numbers.number, type: "tel", required: true }),
        action: ({ number = "" }) => ({ kind: "register", number }),
      });
    case "pause-link":
    case "restart-link":
    case "set-link":
      return linkDialog(view, open);
    default:
      return webhookDialog(view, open);
  }
};
