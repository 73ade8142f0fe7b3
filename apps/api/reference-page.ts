import type { PageAt } from "./pages/serve-pages.ts";

/** What the API is, for those who use it: made in the browser from `/openapi.json`. */
export const REFERENCE_PAGE: PageAt = {
  isAt: (path) => path === "/docs",
  isBesideJson: false,
  source: {
    title: "API reference",
    entry: "apps/reference/main.ts",
    styles: ["apps/reference/reference.css"],
    icon: "apps/reference/icon.svg",
    placeholder: "<noscript>The reference needs JavaScript; /openapi.json says the same.</noscript>",
  },
};
