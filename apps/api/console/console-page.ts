import type { PageAt } from "#apps/api/pages/serve-pages.ts";

/** The operator's console: at the front, and under `/console`, where its screens have addresses of their own. */
export const CONSOLE_PAGE: PageAt = {
  isBesideJson: true,
  isAt: (path) => path === "/" || /^\/console(\/[\w/-]*)?$/.test(path),
  source: {
    title: "sms-proxy",
    entry: "apps/console/main.ts",
    styles: ["tokens", "base", "layout", "parts", "screens"].map((name) => `apps/console/style/${name}.css`),
    icon: "apps/console/icon.svg",
    placeholder: "<noscript>The console needs JavaScript.</noscript>",
  },
};
