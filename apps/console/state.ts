import type { Address } from "./addresses.ts";
import type {
  Delivery,
  Explanation,
  FeedEvent,
  HandsetMessage,
  Link,
  Problem,
  Session,
  WebhookEndpoint,
} from "./model.ts";
import type { Retry } from "./retry.ts";
import type { Finding } from "./what-is.ts";

export type Language = "en" | "de";
export type Theme = "auto" | "light" | "dark";
export type Density = "normal" | "compact";

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly density: Density;
}

/** What was last read from an address of the API. */
export interface Resource {
  readonly data: unknown;
  readonly problem: Problem | null;
}

/** Something that somebody asked for and that is under way, or went wrong. */
export interface Command {
  readonly isRunning: boolean;
  readonly problem: Problem | null;
}

export type Dialog =
  | { readonly kind: "close"; readonly conversation: string }
  | {
      readonly kind: "swap";
      readonly conversation: string;
      readonly participant: string;
      readonly name: string;
    }
  | { readonly kind: "drain" | "release"; readonly number: string }
  | { readonly kind: "rent" | "register" | "add-service" }
  | { readonly kind: "add-webhook" }
  | { readonly kind: "pause-link" | "restart-link" | "set-link"; readonly link: Link }
  | {
      readonly kind: "change-webhook" | "rotate-webhook" | "replay-webhook" | "remove-webhook";
      readonly endpoint: WebhookEndpoint;
    };

/** Totals of all links at an instant. */
export interface TrafficSample {
  readonly at: number;
  readonly sent: number;
  readonly throttled: number;
}

export type FaultName = "cut" | "throttle" | "mute" | "refuse" | "fail" | "slow";

/** A text that a handset has sent and that the API does not list yet. */
export interface PendingText {
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

export interface Playground {
  readonly conversation: string | null;
  readonly inboxes: Readonly<Record<string, readonly HandsetMessage[]>>;
  readonly drafts: Readonly<Record<string, string>>;
  readonly pending: readonly PendingText[];
  readonly faults: readonly FaultName[];
}

export interface State {
  /** Null until the server has said. */
  readonly session: Session | null;
  readonly address: Address;
  readonly preferences: Preferences;
  /** By address of the API. */
  readonly resources: Readonly<Record<string, Resource>>;
  readonly connection: "live" | "paused" | "away";
  /** By name of the form. */
  readonly commands: Readonly<Record<string, Command>>;
  readonly dialog: Dialog | null;
  /** Real numbers that were asked for, by participant; forgotten with the screen. */
  readonly revealed: Readonly<Record<string, string>>;
  readonly finding: Finding | null;
  readonly explanation: { readonly at: string | null; readonly answer: Explanation } | null;
  /** Of a webhook endpoint, from its making until somebody goes on: it is never shown again. */
  readonly secret: string | null;
  readonly tested: { readonly endpoint: string; readonly delivery: Delivery } | null;
  readonly retry: Retry | null;
  readonly samples: readonly TrafficSample[];
  /** Since the page was opened, the newest last. */
  readonly events: readonly FeedEvent[];
  readonly playground: Playground;
  /** Told once, by a screen reader too. */
  readonly notice: string | null;
  /** When it was told, milliseconds since the epoch. */
  readonly noticeAt: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const firstState = (address: Address, preferences: Preferences, now: number): State => ({
  session: null,
  address,
  preferences,
  resources: {},
  connection: "live",
  commands: {},
  dialog: null,
  revealed: {},
  finding: null,
  explanation: null,
  secret: null,
  tested: null,
  retry: null,
  samples: [],
  events: [],
  playground: { conversation: null, inboxes: {}, drafts: {}, pending: [], faults: [] },
  notice: null,
  noticeAt: 0,
  now,
});

export const mayWrite = ({ session }: Pick<State, "session">): boolean => session?.scope === "admin";

/** The phones of the simulated carrier belong to all services together. */
export const hasPlayground = ({ session }: Pick<State, "session">): boolean =>
  session?.sandbox === true && session.service === null;
