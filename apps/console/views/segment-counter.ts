import { html, type TemplateResult } from "lit-html";
import {
  alphabetOf,
  countSegments,
  PART_SEPTETS_MAX,
  PART_UNITS_MAX,
  SINGLE_SEPTETS_MAX,
  SINGLE_UNITS_MAX,
} from "#core/domain/segments.ts";
import type { View } from "./view.ts";

/** How a text will be billed: counted by the very code that cuts it. */
export const segmentCounter = ({ words }: View, text: string): TemplateResult => {
  const alphabet = alphabetOf(text);
  const segments = countSegments(text);
  const single = alphabet === "gsm7" ? SINGLE_SEPTETS_MAX : SINGLE_UNITS_MAX;
  const part = alphabet === "gsm7" ? PART_SEPTETS_MAX : PART_UNITS_MAX;
  return html`<p class="counter">
    <span>${words.playground.counter(text.length, segments === 1 ? single : segments * part)}</span>
    <span>${words.playground.segments(segments)}</span>
    <span>${words.playground.alphabet[alphabet]}</span>
  </p>`;
};
