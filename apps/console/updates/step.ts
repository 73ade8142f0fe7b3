import type { Action, Effect, Request } from "#apps/console/actions.ts";
import type { Command, State } from "#apps/console/state.ts";

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** What the console becomes by each of these actions. */
export type Updates<Kind extends Action["kind"]> = {
  readonly [K in Kind]: (state: State, action: Extract<Action, { readonly kind: K }>) => Step;
};

/**
 * What the console becomes by the answer to a command, by the command's name. `rest` is what follows the name, and belongs to this one
 * call.
 */
export type Answers = Readonly<Record<string, (state: State, value: unknown, rest: string) => Step>>;

export const IDLE: Command = { isRunning: false, problem: null };

export const still = (state: State): Step => ({ state, effects: [] });

export const calling = (state: State, command: string, request: Request): Step => {
  const commands = { ...state.commands, [nameOf(command)]: { isRunning: true, problem: null } };
  return { state: { ...state, commands }, effects: [{ kind: "call", command, request }] };
};

/** The form of a command; what follows the first blank belongs to this one call. */
export const nameOf = (command: string): string => command.split(" ", 1)[0]!;

/** Keeps what an address of the API has answered. */
export const withResource = (state: State, path: string, data: unknown): State => ({
  ...state,
  resources: { ...state.resources, [path]: { data, problem: null } },
});
