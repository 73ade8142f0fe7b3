import type { Service } from "#apps/console/model.ts";
import { servicePath } from "#apps/console/needs.ts";
import { rulesIn } from "#apps/console/rules/form.ts";
import { mayWrite } from "#apps/console/state.ts";
import { type Answers, calling, still, type Updates, withResource } from "./step.ts";

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
  "change-service": (state, { slug, fields }) => {
    const path = servicePath(slug);
    const service = state.resources[path]?.data as Service | undefined;
    if (!mayWrite(state) || service === undefined) return still(state);
    const { name = "" } = fields;
    const body = { name: name === "" ? null : name, rules: rulesIn(fields, service.rules) };
    return calling(
      state,
      `change-service ${slug}`,
      { method: "PATCH", path: "/v1/services/{service}", params: { service: slug }, body },
      { ifVersion: service.version },
    );
  },
};

export const serviceAnswers: Answers = {
  "change-service": (state, service, slug) => still(withResource(state, servicePath(slug), service)),
};
