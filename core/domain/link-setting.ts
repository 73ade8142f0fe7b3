import type { NewEvent } from "./event.ts";
import type { LinkKind } from "./link-kind.ts";

/**
 * What operators have said of the links of one name, in all processes. Where nobody has said anything there is none, and the settings of
 * the process alone count.
 */
export interface LinkSetting {
  readonly name: string;
  readonly kind: LinkKind;
  /** A paused link sends nothing; what comes in over it is taken. */
  readonly isPaused: boolean;
  /** Segments under way at the same time, 1 to {@link WINDOW_MAX} of its kind; null: as the process was set up. */
  readonly window: number | null;
  /** Segments a second of the account, which all links of its kind share, 1 to {@link RATE_MAX}; null: as the process was set up. */
  readonly rate: number | null;
  /** How often a restart was asked for. */
  readonly restarts: number;
  /** Grows by one with each change, from 1. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  /** The name of the key that changed it last. */
  readonly changedBy: string;
}

/** Each message under way over HTTP takes a connection. */
export const WINDOW_MAX: Readonly<Record<LinkKind, number>> = { smpp: 1_000, http: 200 };
export const RATE_MAX = 100_000;

export type LinkAction =
  | { readonly kind: "pause" | "resume" | "restart" }
  /** Null: as the process was set up; absent: as it is. */
  | {
      readonly kind: "set";
      readonly window?: number | null | undefined;
      readonly rate?: number | null | undefined;
    };

export interface LinkRequest {
  readonly name: string;
  readonly kind: LinkKind;
  readonly action: LinkAction;
  /** The name of the key. */
  readonly by: string;
  readonly at: number;
}

export interface ChangedLinks {
  /** Of the link that was named, as it is now. */
  readonly setting: LinkSetting;
  /** Those that differ from before: others of the same account share its rate. */
  readonly changed: readonly LinkSetting[];
  /** Null: nothing has changed. */
  readonly event: NewEvent | null;
}

/** `known`: all settings as they are. What is so already changes nothing and is not told. */
export const changeLink = (known: readonly LinkSetting[], request: LinkRequest): ChangedLinks => {
  const { name, kind, action, by, at } = request;
  const before = known.find((setting) => setting.name === name) ?? unsaid(known, request);
  const wanted = { ...before, ...wantedBy(action, before) };
  if (isAlike(before, wanted)) return { setting: before, changed: [], event: null };
  const stamp = (setting: LinkSetting): LinkSetting => ({
    ...setting,
    version: setting.version + 1,
    changedAt: at,
    changedBy: by,
  });
  const setting = stamp(wanted);
  const others = known
    .filter((other) => other.name !== name && other.kind === kind && other.rate !== setting.rate)
    .map((other) => stamp({ ...other, rate: setting.rate }));
  const data = { kind, by, window: setting.window, rate: setting.rate };
  const event: NewEvent = { type: TOLD_AS[action.kind], subject: name, data, serviceId: null, at };
  return { setting, changed: [setting, ...others], event };
};

const TOLD_AS = {
  pause: "link.paused",
  resume: "link.resumed",
  restart: "link.restarted",
  set: "link.changed",
} as const;

const wantedBy = (action: LinkAction, before: LinkSetting): Partial<LinkSetting> => {
  switch (action.kind) {
    case "pause":
      return { isPaused: true };
    case "resume":
      return { isPaused: false };
    case "restart":
      return { restarts: before.restarts + 1 };
    case "set": {
      const { window = before.window, rate = before.rate } = action;
      return { window, rate };
    }
  }
};

const isAlike = (a: LinkSetting, b: LinkSetting): boolean =>
  a.isPaused === b.isPaused && a.window === b.window && a.rate === b.rate && a.restarts === b.restarts;

/** Of a link that nobody has said anything of, but perhaps of its account. */
const unsaid = (known: readonly LinkSetting[], { name, kind, by, at }: LinkRequest): LinkSetting => ({
  name,
  kind,
  isPaused: false,
  window: null,
  rate: known.find((setting) => setting.kind === kind)?.rate ?? null,
  restarts: 0,
  version: 0,
  changedAt: at,
  changedBy: by,
});
