import type { OutboundSide } from "#core/engine/inbound/context.ts";
import type { Ownership } from "#core/engine/ownership/ownership.ts";
import { applyCommand } from "./block-checks.ts";
import { hasRoom, isBehind, type OutboundState } from "./outbound-state.ts";
import { JUST_WRITTEN } from "./owned-message.ts";

/** What the batch writer knows of the sending side. */
export const createOutboundSide = (state: OutboundState, ownership: Ownership): OutboundSide => ({
  epoch: ownership.epoch,
  mayOwn: (recipientId) => ownership.mayOwn(recipientId) && hasRoom(state),
  isBehind: () => isBehind(state),
  // What was written in an epoch that is over is being recovered by others.
  own: (message, serviceId, epoch, askedAt) => {
    // breakage: own-in-ended-epoch
    if (epoch.isOver) return;
    state.owned.add(message, { ...JUST_WRITTEN, askedAt }, serviceId);
    state.maySend.raise();
  },
  queued: state.mayClaim.raise,
  commanded: (command) => applyCommand(state, command),
  fenced: ownership.renew,
});
