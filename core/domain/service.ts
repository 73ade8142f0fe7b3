import type { ServiceRules } from "./service-rules.ts";

/** Exists from the first migration on, so that nobody who has one brand need know of services. */
export const DEFAULT_SERVICE_ID = "00000000-0000-7000-8000-000000000000";
export const DEFAULT_SERVICE_SLUG = "default";

/** A brand on this installation, with numbers, conversations, opt-outs and rules of its own. Nothing crosses to another. */
export interface Service {
  /** A UUID. */
  readonly id: string;
  /** Names it in requests and in the keys of the API, for good: see {@link isSlug}. */
  readonly slug: string;
  /** What our notices call it; null: they name nobody. */
  readonly name: string | null;
  readonly rules: ServiceRules;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** 1 to 40 small letters, digits and dashes, that begin with a letter: never the form of an id. */
export const isSlug = (text: string): boolean => /^[a-z][a-z0-9-]{0,39}$/.test(text);
