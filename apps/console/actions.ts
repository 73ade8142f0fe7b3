import type { Request as ApiRequest } from "#apps/client/calls.ts";
import type { Address, Screen, Zone } from "./addresses.ts";
import type { FeedEvent, HandsetMessage, Problem, Session } from "./model.ts";
import type { Dialog, FaultName, Preferences } from "./state.ts";

/** The answer of a call: what it gave, or why not. */
export type Answered =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem };

/** Everything that can happen to the console. */
export type Action =
  | { readonly kind: "session"; readonly session: Session }
  | { readonly kind: "sign-in"; readonly key: string }
  | { readonly kind: "sign-out" }
  | { readonly kind: "go"; readonly screen: Screen }
  | { readonly kind: "arrive"; readonly address: Address }
  | { readonly kind: "zone"; readonly zone: Zone }
  | { readonly kind: "prefer"; readonly preferences: Partial<Preferences> }
  | { readonly kind: "tick"; readonly now: number }
  | { readonly kind: "read"; readonly path: string; readonly answered: Answered; readonly now: number }
  | { readonly kind: "away" | "back" }
  | { readonly kind: "event"; readonly event: FeedEvent }
  | { readonly kind: "pause" }
  | { readonly kind: "open-dialog"; readonly dialog: Dialog }
  | { readonly kind: "close-dialog" }
  | { readonly kind: "answered"; readonly command: string; readonly answered: Answered }
  | { readonly kind: "reveal"; readonly conversation: string; readonly participant: string }
  | { readonly kind: "hide"; readonly participant: string }
  | { readonly kind: "find"; readonly typed: string }
  | {
      readonly kind: "explain";
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly at: string | null;
    }
  | { readonly kind: "close-conversation"; readonly reason: string }
  | { readonly kind: "swap"; readonly number: string; readonly name: string; readonly intro: boolean }
  | { readonly kind: "send"; readonly conversation: string; readonly to: string; readonly text: string }
  | { readonly kind: "drain" | "release" }
  | { readonly kind: "rent"; readonly country: string; readonly count: number }
  | { readonly kind: "register"; readonly number: string }
  | { readonly kind: "add-service"; readonly slug: string; readonly name: string }
  | {
      readonly kind: "change-service";
      readonly slug: string;
      /** Of its form: its name, and what was typed for its rules. */
      readonly fields: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "add-webhook";
      readonly url: string;
      /** Types or patterns, separated by blanks. */
      readonly events: string;
      readonly isWithText: boolean;
      readonly service: string | null;
    }
  | {
      readonly kind: "change-webhook";
      readonly url: string;
      readonly events: string;
      readonly isWithText: boolean;
    }
  | { readonly kind: "rotate-webhook" | "remove-webhook" | "forget-secret" }
  | { readonly kind: "replay-webhook"; readonly since: string }
  | { readonly kind: "test-webhook" | "pause-webhook" | "resume-webhook"; readonly endpoint: string }
  /** Of texts that failed with the code since then (milliseconds since the epoch): counts them, and waits. */
  | { readonly kind: "retry"; readonly code: string; readonly since: number }
  | { readonly kind: "retry-found" | "stop-retry" }
  | { readonly kind: "retry-message"; readonly message: string }
  | { readonly kind: "pause-link" | "restart-link" }
  | { readonly kind: "resume-link"; readonly name: string }
  /** Null: as each process is set up; absent: as it is. */
  | {
      readonly kind: "set-link";
      readonly window?: number | null | undefined;
      readonly rate?: number | null | undefined;
    }
  | { readonly kind: "draft"; readonly handset: string; readonly text: string }
  | {
      readonly kind: "text";
      readonly handset: string;
      readonly to: string;
      readonly text: string;
      readonly now: number;
    }
  | { readonly kind: "inbox"; readonly handset: string; readonly message: HandsetMessage }
  | { readonly kind: "fault"; readonly fault: FaultName; readonly isOn: boolean }
  | { readonly kind: "forget-notice" };

/** What only the console asks for, beside the API. */
export interface ConsoleRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: `/console/${string}`;
  readonly body?: unknown;
}

export type Request = ApiRequest | ConsoleRequest;

/** Something to be done outside: the only way in which an action reaches the world. */
export type Effect =
  | { readonly kind: "go"; readonly address: Address; readonly replaces: boolean }
  | { readonly kind: "save-preferences"; readonly preferences: Preferences }
  | {
      readonly kind: "call";
      /** Names what is asked for, and comes back with the answer. */
      readonly command: string;
      readonly request: Request;
      /** Absent: it is another one each time. */
      readonly idempotencyKey?: string;
      /** Only if what is changed still has this version. */
      readonly ifVersion?: number;
    };
