import type { Action, Effect, Request } from "#apps/console/actions.ts";
import type { Problem } from "#apps/console/model.ts";
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

/** What it becomes when a command was refused, or nobody answered; the command's problem is kept already. */
export type Refusals = Readonly<Record<string, (state: State, problem: Problem, rest: string) => Step>>;

export const IDLE: Command = { isRunning: false, problem: null };

export const still = (state: State): Step => ({ state, effects: [] });

export const calling = (
  state: State,
  command: string,
  request: Request,
  options: Pick<Extract<Effect, { readonly kind: "call" }>, "idempotencyKey" | "ifVersion"> = {},
): Step => {
  const commands = { ...state.commands, [nameOf(command)]: { isRunning: true, problem: null } };
  const call: Effect = { kind: "call", command, request, ...options };
  return { state: { ...state, commands }, effects: [call] };
};

/** The form of a command; what follows the first blank belongs to this one call. */
export const nameOf = (command: string): string => command.split(" ", 1)[0]!;

export const restOf = (command: string): string => command.slice(nameOf(command).length + 1);

/** Keeps what an address of the API has answered. */
export const withResource = (state: State, path: string, data: unknown): State => ({
  ...state,
  resources: { ...state.resources, [path]: { data, problem: null } },
});
