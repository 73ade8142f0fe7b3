import { CORE_MUTATIONS } from "./core-mutations.ts";
import { MACHINE_MUTATIONS } from "./machine-mutations.ts";
import type { Mutation } from "./mutation.ts";
import { SMPP_MUTATIONS } from "./smpp-mutations.ts";

export const MUTATIONS: readonly Mutation[] = [...CORE_MUTATIONS, ...MACHINE_MUTATIONS, ...SMPP_MUTATIONS];
