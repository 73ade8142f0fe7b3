import { html, svg, type TemplateResult } from "lit-html";

const WIDTH = 240;
const HEIGHT = 56;

/** Values over time as a line, the newest at the right edge. */
export const sparkline = (values: readonly number[], title: string, slots: number): TemplateResult => {
  const top = Math.max(1, ...values);
  const first = slots - values.length;
  const points = values.map((value, index) => {
    const x = ((first + index) / Math.max(1, slots - 1)) * WIDTH;
    const y = HEIGHT - 2 - (value / top) * (HEIGHT - 6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const start = `${((first / Math.max(1, slots - 1)) * WIDTH).toFixed(1)},${HEIGHT}`;
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${title}>
    ${svg`<polygon class="sparkline-area" points="${start} ${points.join(" ")} ${WIDTH},${HEIGHT}" />`}
    ${svg`<polyline class="sparkline-line" points=${points.join(" ")} />`}
  </svg>`;
};
