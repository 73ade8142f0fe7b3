import { CORE_MUTATIONS } from "./core-mutations.ts";
import { ENGINE_MUTATIONS } from "./engine-mutations.ts";
import { EVENT_MUTATIONS } from "./event-mutations.ts";
import type { Mutation } from "./mutation.ts";
import { POLICY_MUTATIONS } from "./policy-mutations.ts";
import { SMPP_MUTATIONS } from "./smpp-mutations.ts";
import { WEBHOOK_MUTATIONS } from "./webhook-mutations.ts";

export const MUTATIONS: readonly Mutation[] = [
  ...CORE_MUTATIONS,
  ...ENGINE_MUTATIONS,
  ...SMPP_MUTATIONS,
  ...EVENT_MUTATIONS,
  ...POLICY_MUTATIONS,
  ...WEBHOOK_MUTATIONS,
];
