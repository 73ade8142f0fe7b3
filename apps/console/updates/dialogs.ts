import { IDLE, still, type Updates } from "./step.ts";

export const dialogUpdates: Updates<"open-dialog" | "close-dialog"> = {
  "open-dialog": (state, { dialog }) =>
    still({ ...state, dialog, commands: { ...state.commands, [dialog.kind]: IDLE } }),
  "close-dialog": (state) => still({ ...state, dialog: null }),
};

/** The dialogs whose command, once done, leaves nothing to say in them. */
export const CLOSES_DIALOG: ReadonlySet<string> = new Set([
  "close",
  "swap",
  "drain",
  "release",
  "rent",
  "register",
  "add-service",
  "add-webhook",
  "change-webhook",
  "rotate-webhook",
  "replay-webhook",
  "remove-webhook",
  "pause-link",
  "restart-link",
  "set-link",
]);
