import { mayWrite } from "#apps/console/state.ts";
import { calling, still, type Updates } from "./step.ts";

/** What is done to services. */
export const serviceUpdates: Updates<"add-service" | "change-service"> = {
  "add-service": (state, { slug, name }) =>
    mayWrite(state)
      ? calling(state, "add-service", {
          method: "POST",
          path: "/v1/services",
          body: { slug, name: name === "" ? null : name },
        })
      : still(state),
  "change-service": (state, { name, durations }) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "change-service") return still(state);
    const others = Object.entries(dialog.service.rules).filter(([rule]) => !(rule in durations));
    const said = Object.entries(durations).filter(([, duration]) => duration !== "");
    return calling(state, "change-service", {
      method: "PATCH",
      path: "/v1/services/{service}",
      params: { service: dialog.service.slug },
      body: { name: name === "" ? null : name, rules: Object.fromEntries([...others, ...said]) },
    });
  },
};
