import { svg, type TemplateResult } from "lit-html";

/** Drawn on 24 by 24, in lines of the colour of the text. */
const PATHS = {
  now: "M3 12h4l3-8 4 16 3-8h4",
  find: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4 4",
  conversations:
    "M4 5h11a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H9l-4 3v-3H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm12 5h4a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-1v3l-4-3h-3a1 1 0 0 1-1-1",
  numbers: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  links: "M9 12h6M10 7H7a5 5 0 0 0 0 10h3m4-10h3a5 5 0 0 1 0 10h-3",
  events: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  services: "M4 8l8-4 8 4-8 4zm0 4 8 4 8-4M4 16l8 4 8-4",
  webhooks:
    "M9 8a3.500 3.500 0 1 1 5.500 2.800L17 15m-9-3.500A3.500 3.500 0 1 0 10.500 17H15m.500-2a3.500 3.500 0 1 1-.500 4M9.500 9.500 7 14",
  explain: "M5 19V9a4 4 0 0 1 4-4h10m-4-4 4 4-4 4M5 19h0",
  audit: "M6 3h9l4 4v14H6zM9 9h6M9 13h7M9 17h4",
  failures: "M12 4 2.500 20h19zm0 6v4m0 3v.010",
  playground:
    "M7 3h4a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm8 5h2a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1",
  send: "M4 12h14m-6-6 6 6-6 6",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zm10-3a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
} as const;

export type IconName = keyof typeof PATHS;

export const icon = (name: IconName): TemplateResult =>
  svg`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
