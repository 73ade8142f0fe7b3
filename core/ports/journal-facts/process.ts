import type { LevelsOf } from "./level.ts";

/** The life of a process. */
export interface ProcessFacts {
  /** The settings at the start, without secrets: of those only whether they are set. */
  readonly configured: { readonly settings: Readonly<Record<string, string | number | boolean | null>> };
  readonly settingWarned: { readonly warning: string };
  readonly ready: { readonly address: string };
  readonly stopping: { readonly reason: string };
  readonly stopped: object;
  readonly componentFailed: {
    readonly component: string;
    readonly during: "start" | "stop";
    readonly error: unknown;
  };
  /** It has not finished in the time that it had. */
  readonly componentLate: { readonly component: string };
  readonly leftOpen: { readonly open: readonly string[] };
  /** A fault of ours. `instance`: the name that a client got for it. */
  readonly bugFound: { readonly where: string; readonly error: unknown; readonly instance?: string };
}

export const PROCESS_LEVELS: LevelsOf<ProcessFacts> = {
  configured: "info",
  settingWarned: "warn",
  ready: "info",
  stopping: "info",
  stopped: "info",
  componentFailed: "error",
  componentLate: "error",
  leftOpen: "warn",
  bugFound: "error",
};
