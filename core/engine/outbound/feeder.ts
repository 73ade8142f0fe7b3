import { counterpart } from "#core/domain/conversation.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { showsNumber } from "#core/domain/shown-number.ts";
import type { ClaimedLine, LineRefusal, SettledLine } from "#core/ports/broadcasts.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { rulesOf } from "#core/ports/services.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";

export interface FeederPorts {
  readonly storage: Pick<Storage, "broadcasts" | "conversations" | "dispatch" | "services">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface FeederOptions {
  readonly messageTtlMs: number;
  readonly feedMs?: number;
}

const FEED_MS = 1_000;
/** Texts of broadcasts that wait in the queue at once: enough for a second of the fastest link, few enough to be cancelled. */
const ROOM = 200;
/** A pass takes seconds; who has not settled a line by then has crashed. */
const LINE_LEASE_MS = 60_000;

/**
 * Moves the lines of active broadcasts into the outbound queue. `hasRoom`: nobody else's text waits for a link here. A line's message
 * has its id before it is queued, so that a line that is fed twice is sent once.
 */
export const startFeeder = (
  ports: FeederPorts,
  options: FeederOptions,
  hasRoom: () => boolean,
): { stop(): Promise<void> } => {
  let isStopped = false;
  let feeding: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  const next = (): void => {
    cancel = ports.timer.after(options.feedMs ?? FEED_MS, () => {
      feeding = (hasRoom() ? feed(ports, options, () => !isStopped && hasRoom()) : Promise.resolve())
        // What lost storage prevents is left to the next pass.
        .catch((error: unknown) => {
          if (!(error instanceof StorageUnavailable)) throw error;
        })
        .then(() => {
          if (!isStopped) next();
        });
    });
  };
  next();
  return {
    stop: async () => {
      isStopped = true;
      cancel();
      await feeding;
    },
  };
};

/** One pass. What `goesOn` leaves out is claimed again when its lease is over. */
export const feed = async (
  { storage, clock, ids }: Omit<FeederPorts, "timer">,
  options: FeederOptions,
  goesOn: () => boolean = () => true,
): Promise<number> => {
  const { broadcasts } = storage;
  const rules = rulesOf(storage.services, { messageTtlMs: options.messageTtlMs });
  const claimed = await broadcasts.claimLines({
    ...{ now: clock.now(), room: ROOM, leaseMs: LINE_LEASE_MS },
    nextId: () => ids.next(),
  });
  const settled: SettledLine[] = [];
  for (const line of claimed) {
    if (!goesOn()) break;
    const { broadcastId, ref } = line;
    // It may have been paused or cancelled since it was claimed.
    if ((await broadcasts.get(broadcastId))?.state !== "active") continue;
    const refusal = await feedLine(storage, rules, line, clock.now());
    settled.push({ broadcastId, line: line.line, ref, refusal });
  }
  await broadcasts.settle(settled, clock.now());
  return settled.length;
};

const refuse = (state: LineRefusal["state"], code: string, detail: string): LineRefusal => ({
  ...{ state, code, detail },
});

const CLOSED = refuse("failed", "conversation-closed", "the conversation had closed");
const UNREADABLE = refuse("failed", "unreadable", "the stored text cannot be read");
const OPTED_OUT = refuse("blocked", "opt-out", "the recipient wants no texts");

/** Null: it is in the queue. */
const feedLine = async (
  { conversations, dispatch }: FeederPorts["storage"],
  rules: ReturnType<typeof rulesOf>,
  { messageId, conversationId, recipientId, text, expiresAt }: ClaimedLine,
  now: number,
): Promise<LineRefusal | null> => {
  if (text === null) return UNREADABLE;
  if (expiresAt !== null && expiresAt <= now)
    return refuse("expired", "broadcast-expired", "the time of the broadcast was over");
  const conversation = await conversations.get(conversationId);
  if (!conversation || conversation.closedAt !== null) return CLOSED;
  const recipient = conversation.participants.find(({ id }) => id === recipientId);
  if (!recipient) return refuse("failed", "participant-left", "the participant had left");
  const other = counterpart(conversation.participants, recipientId)!;
  if (showsNumber(text, other.number))
    return refuse("failed", "reveals-number", "the text shows the other participant's number");
  const { messageTtlMs } = await rules(conversation.serviceId);
  const message: OutboundMessage = {
    ...{ id: messageId, conversationId, senderId: null, recipientId, priority: "broadcast" },
    ...{ source: other.virtualNumber, destination: recipient.number, text, receivedAt: now },
    expiresAt: Math.min(now + messageTtlMs, expiresAt ?? Number.POSITIVE_INFINITY),
  };
  const [block] = await dispatch.blocks([message]);
  if (block) return block === "opt-out" ? OPTED_OUT : refuse("blocked", block, "one has blocked the other");
  const added = await conversations.addMessages(conversationId, [message]);
  if (added === "closed") return CLOSED;
  return added === "added" ? null : OPTED_OUT;
};
