import { mayWrite } from "#apps/console/state.ts";
import { calling, still, type Updates } from "./step.ts";

/** What is done to our numbers. */
export const numberUpdates: Updates<"drain" | "release" | "rent" | "register"> = {
  drain: (state) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "drain") return still(state);
    const params = { number: dialog.number };
    return calling(state, "drain", { method: "POST", path: "/v1/numbers/{number}/drain", params, body: {} });
  },
  release: (state) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "release") return still(state);
    const params = { number: dialog.number };
    return calling(state, "release", { method: "DELETE", path: "/v1/numbers/{number}", params });
  },
  rent: (state, { country, count }) =>
    mayWrite(state)
      ? calling(state, "rent", { method: "POST", path: "/v1/numbers/rent", body: { country, count } })
      : still(state),
  register: (state, { number }) =>
    mayWrite(state)
      ? calling(state, "register", { method: "POST", path: "/v1/numbers", body: { number } })
      : still(state),
};
