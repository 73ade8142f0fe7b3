import { html } from "lit-html";
import type { Dialog } from "#apps/console/state.ts";
import { frame } from "./dialog-frame.ts";
import { field, type Shown } from "./parts.ts";
import type { View } from "./view.ts";

type Kind = "pause-link" | "restart-link" | "set-link";

export const linkDialog = (view: View, open: Extract<Dialog, { readonly kind: Kind }>): Shown => {
  const { links } = view.words;
  const { name, setting } = open.link;
  const { asSetUp } = links;
  switch (open.kind) {
    case "pause-link":
      return frame(view, {
        title: links.pauseTitle(name),
        what: links.pauseWhat,
        submit: links.pauseSubmit,
        isSerious: true,
        action: () => ({ kind: "pause-link" }),
      });
    case "restart-link":
      return frame(view, {
        title: links.restartTitle(name),
        what: links.restartWhat,
        submit: links.restartSubmit,
        action: () => ({ kind: "restart-link" }),
      });
    case "set-link":
      return frame(view, {
        title: links.setTitle(name),
        what: links.setWhat,
        submit: links.setSubmit,
        fields: html`
          ${field({ name: "window", label: links.window, hint: links.windowHint, type: "number", min: 1, placeholder: asSetUp, ...saidBefore(setting?.window) })}
          ${field({ name: "rate", label: links.rate, hint: links.rateHint, type: "number", min: 1, placeholder: asSetUp, ...saidBefore(setting?.rate) })}
          <label class="check"><input type="checkbox" name="reset" value="yes" /> ${links.reset}</label>
        `,
        action: (fields) => ({
          kind: "set-link",
          window: limitIn(fields.window, fields.reset),
          rate: limitIn(fields.rate, fields.reset),
        }),
      });
  }
};

/** What was said before stands in the field. */
const saidBefore = (said: number | null | undefined): { readonly value?: string } =>
  said == null ? {} : { value: String(said) };

/** Null: as each process is set up; undefined: as it is. */
const limitIn = (written = "", reset = ""): number | null | undefined => {
  if (written !== "") return Number(written);
  return reset === "yes" ? null : undefined;
};
