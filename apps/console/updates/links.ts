import type { Request } from "#apps/console/actions.ts";
import { mayWrite, type State } from "#apps/console/state.ts";
import { calling, type Step, still, type Updates } from "./step.ts";

/** What is done to the links of a name, in all processes. */
export const linkUpdates: Updates<"pause-link" | "resume-link" | "restart-link" | "set-link"> = {
  "pause-link": (state) => ofDialog(state, "pause-link", "/v1/links/{name}/pause"),
  "restart-link": (state) => ofDialog(state, "restart-link", "/v1/links/{name}/restart"),
  "resume-link": (state, { name }) =>
    mayWrite(state)
      ? calling(state, "resume-link", {
          method: "POST",
          path: "/v1/links/{name}/resume",
          params: { name },
          body: {},
        })
      : still(state),
  "set-link": (state, { window, rate }) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "set-link") return still(state);
    const { name } = dialog.link;
    const body = { ...(window === undefined ? {} : { window }), ...(rate === undefined ? {} : { rate }) };
    const request: Request = { method: "PATCH", path: "/v1/links/{name}", params: { name }, body };
    return calling(state, "set-link", request);
  },
};

const ofDialog = (
  state: State,
  kind: "pause-link" | "restart-link",
  path: "/v1/links/{name}/pause" | "/v1/links/{name}/restart",
): Step => {
  const { dialog } = state;
  if (!mayWrite(state) || dialog?.kind !== kind) return still(state);
  return calling(state, kind, { method: "POST", path, params: { name: dialog.link.name }, body: {} });
};
