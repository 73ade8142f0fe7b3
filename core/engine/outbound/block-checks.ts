import type { WrittenCommand } from "#core/engine/inbound/context.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { OutboundState } from "./outbound-state.ts";
import type { OwnedMessage } from "./owned-message.ts";

/**
 * Marks owned messages that must not leave any more, because the recipient has opted out or one of the two has blocked the other
 * since they were accepted. Another process's opt-out is heard of by a notification; where that is missed, by asking for what
 * has been in memory for {@link CHECK_AFTER_MS}.
 */
export interface BlockChecks {
  /** Asks for what has been in memory for a while. */
  checkOld(): void;
  stop(): void;
}

export interface BlockChecksContext {
  readonly state: OutboundState;
  readonly dispatch: Pick<Dispatch, "blocks" | "onBlock">;
  readonly clock: SteadyClock;
}

/** A message is asked for once more when it has been in memory for this long, and then as often as this. */
export const CHECK_AFTER_MS = 5_000;

export const startBlockChecks = ({ state, dispatch, clock }: BlockChecksContext): BlockChecks => {
  let isChecking = false;
  let again = false;
  let checkedAt = Number.NEGATIVE_INFINITY;

  const checkOnce = async (): Promise<void> => {
    const items = [...state.owned].filter(({ blockedBy }) => blockedBy === null);
    if (items.length === 0) return;
    const blocks = await dispatch.blocks(items.map(({ message }) => message));
    for (const [i, item] of items.entries()) item.blockedBy ??= blocks[i] ?? null;
    state.maySend.raise();
  };

  const checkAll = async (): Promise<void> => {
    try {
      while (again && !state.isStopped) {
        again = false;
        checkedAt = clock.elapsed();
        await checkOnce();
      }
    } catch (error) {
      // The next notification or heartbeat asks again.
      if (!(error instanceof StorageUnavailable)) throw error;
      checkedAt = Number.NEGATIVE_INFINITY;
    } finally {
      isChecking = false;
    }
  };

  const check = (): void => {
    again = true;
    if (isChecking || state.isStopped) return;
    isChecking = true;
    void checkAll();
  };

  const stop = dispatch.onBlock(check);
  return {
    checkOld: () => {
      const before = clock.elapsed() - CHECK_AFTER_MS;
      if (checkedAt > before) return;
      for (const { since } of state.owned) {
        if (since <= before) check();
        // The oldest come first.
        return;
      }
    },
    stop,
  };
};

/** Marks at once what a command that this process has written forbids. */
export const applyCommand = (
  { owned, maySend }: Pick<OutboundState, "owned" | "maySend">,
  command: WrittenCommand,
): void => {
  const { kind } = command.command;
  if (kind !== "stop" && kind !== "block") return;
  const reason = kind === "stop" ? "opt-out" : "pair-block";
  for (const item of owned) if (forbids(command, item)) item.blockedBy ??= reason;
  maySend.raise();
};

/**
 * Only what one participant texts the other; our answer to the command has to leave. What still waits for somebody who has left the
 * conversation is not between the two. A STOP is for its service alone; of what was claimed nobody knows that here, and storage is asked.
 */
const forbids = (
  { command, from, serviceId, route }: WrittenCommand,
  { message, serviceId: ofMessage }: OwnedMessage,
): boolean => {
  if (message.priority !== "relay") return false;
  if (command.kind === "stop")
    // breakage: stop-everywhere
    return message.destination === from && (command.scope === "all" || serviceId === ofMessage);
  const { senderId, recipientId } = message;
  return (
    route !== null &&
    // breakage: block-the-conversation
    [route.senderId, route.recipientId].every((id) => id === senderId || id === recipientId)
  );
};
