import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Screen } from "#apps/console/addresses.ts";
import type { AuditEntry } from "#apps/console/model.ts";
import { auditPath } from "#apps/console/needs.ts";
import { mayWrite } from "#apps/console/state.ts";
import { empty, heading, loading, mark, moment, problem, type Shown } from "./parts.ts";
import { at, problemOf, read, type View } from "./view.ts";

type At = Extract<Screen, { readonly name: "audit" }>;

/** Who did what, the newest first. */
export const audit = (view: View, screen: At): TemplateResult => {
  const { words, state } = view;
  if (!mayWrite(state) || state.session?.service != null)
    return heading(words.screens.audit, words.audit.adminsOnly);
  const path = auditPath(screen);
  const page = read(view, path);
  return html`
    ${heading(words.screens.audit, words.audit.lead)} ${filter(view, screen)} ${problem(problemOf(view, path))}
    ${
      page === null
        ? loading(view)
        : page.items.length === 0
          ? empty(words.audit.none, words.audit.noneHint)
          : list(view, screen, page.items)
    }
    <p class="pager">
      ${screen.cursor === null ? nothing : html`<a class="button" href=${at(view, { ...screen, cursor: null })}>${words.audit.newest}</a>`}
      ${page?.next ? html`<a class="button" href=${at(view, { ...screen, cursor: page.next })}>${words.audit.older}</a>` : nothing}
    </p>
  `;
};

/** What is looked for, and the way back to everything. */
const filter = (view: View, screen: At): Shown => {
  const { action, subject } = screen;
  if (action === null && subject === null) return nothing;
  const all = { name: "audit", action: null, subject: null, cursor: null } as const;
  return html`<nav class="filter" aria-label=${view.words.audit.shown}>
    <a href=${at(view, all)}>${view.words.audit.all}</a>
    ${[action, subject].map((each) => (each === null ? nothing : html`<a aria-current="true" href=${at(view, screen)}>${each}</a>`))}
  </nav>`;
};

const list = (view: View, screen: At, items: readonly AuditEntry[]): TemplateResult => {
  // What came of a request says all that the asking said.
  const answered = new Set(items.map(({ data }) => data.of));
  const shown = items.filter(({ position }) => !answered.has(position));
  return html`<ol class="audit">
    ${repeat(
      shown,
      ({ position }) => position,
      (entry) => item(view, screen, entry),
    )}
  </ol>`;
};

/** So many things are named at an entry: many numbers may be rented at once. */
const SUBJECTS_SHOWN = 6;

const item = (view: View, screen: At, entry: AuditEntry): TemplateResult => {
  const { audit: words } = view.words;
  const { actor, via, action, subjects, requestId, position, data } = entry;
  const { step } = data as { readonly step?: string };
  return html`<li>
    <p>${moment(view, entry.at)} <span class="hint">#${position}</span></p>
    <p><bdi>${actor}</bdi> <span class="hint">${words.via[via] ?? via}</span></p>
    <div class="audit-what">
      <p><a href=${at(view, { ...screen, action, cursor: null })}><code>${action}</code></a></p>
      ${subjects.slice(0, SUBJECTS_SHOWN).map((each) => subjectIn(view, screen, each))}
      ${subjects.length > SUBJECTS_SHOWN ? html`<span class="hint">+ ${subjects.length - SUBJECTS_SHOWN}</span>` : nothing}
    </div>
    <p title=${requestId ?? nothing}>${step === undefined ? nothing : mark(view, step, words.steps[step] ?? step)}</p>
  </li>`;
};

/** A conversation is gone to, and of everything else is shown what else was done with it. */
const subjectIn = (view: View, screen: At, subject: string): TemplateResult => {
  const to = /^cnv_[0-9a-z]{26}$/.test(subject)
    ? ({ name: "conversation", id: subject, message: null } as const)
    : { ...screen, subject, cursor: null };
  return html`<a href=${at(view, to)}><code>${subject}</code></a> `;
};
