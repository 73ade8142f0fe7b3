import type { Address, Screen } from "#apps/console/addresses.ts";
import { PLAYERS, PLAYGROUND_REFERENCE } from "#apps/console/players.ts";
import { hasPlayground, mayWrite, type State } from "#apps/console/state.ts";
import { calling, type Step, still, type Updates } from "./step.ts";

/** Which screen is shown, and what happens by coming and going. */
export const screenUpdates: Updates<"go" | "zone" | "arrive"> = {
  go: (state, { screen }) => gone(state, { ...state.address, screen }, false),
  zone: (state, { zone }) => gone(state, { ...state.address, zone }, true),
  arrive: (state, { address }) => entering(leaving({ ...state, address }, state.address.screen)),
};

export const gone = (state: State, address: Address, replaces: boolean): Step => {
  const entered = entering(leaving({ ...state, address }, state.address.screen));
  return { ...entered, effects: [{ kind: "go", address, replaces }, ...entered.effects] };
};

/** What a screen has shown of somebody is forgotten with it. */
const leaving = (state: State, left: Screen): State =>
  JSON.stringify(left) === JSON.stringify(state.address.screen)
    ? state
    : { ...state, dialog: null, revealed: {}, commands: {}, notice: null, secret: null, tested: null };

const isOnPlayground = (state: State): boolean =>
  state.address.screen.name === "playground" && hasPlayground(state) && mayWrite(state);

/** Stands in the first phone, so that one key sends a text. */
const FIRST_TEXT = "Hello Ben";

export const entering = (state: State): Step => {
  if (!isOnPlayground(state) || state.playground.conversation !== null) return still(state);
  const { drafts } = state.playground;
  const greeted = { ...state.playground, drafts: { [PLAYERS[0].number]: FIRST_TEXT, ...drafts } };
  const opened = calling({ ...state, playground: greeted }, "open-playground", {
    method: "POST",
    path: "/v1/conversations",
    body: { participants: [...PLAYERS], reference: PLAYGROUND_REFERENCE, onOpen: "reuse", intro: false },
  });
  const faults = calling(opened.state, "read-faults", { method: "GET", path: "/console/carrier/faults" });
  return { state: faults.state, effects: [...opened.effects, ...faults.effects] };
};
