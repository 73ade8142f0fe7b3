import { createSignal, type Signal } from "#core/structures/signal.ts";
import { createLinkViews, type LinkViews } from "./link-views.ts";
import { createOwnedMessages, type OwnedMessages, type OwnedMessagesContext } from "./owned-messages.ts";
import { createRecipientQueues, type RecipientQueues } from "./recipient-queues.ts";

/** What sending, claiming, giving up and the batch writer know in common. It exists before any of them. */
export interface OutboundState {
  readonly queues: RecipientQueues;
  readonly owned: OwnedMessages;
  readonly views: LinkViews;
  /** A message may be able to leave now. */
  readonly maySend: Signal;
  /** There may be something to claim. */
  readonly mayClaim: Signal;
  /** Something that was under way is not any more. */
  readonly settled: Signal;
  /** Recipient queues on their way back into storage: what they hold must not be claimed before that is known to be written. */
  requeuing: number;
  /** New messages go into the queue of storage, behind what is there, until that is empty. */
  overflowsToQueue: boolean;
  isStopped: boolean;
  /** Most messages in memory. */
  readonly ownedMax: number;
}

export interface OutboundStateContext extends Omit<OwnedMessagesContext, "queues"> {
  readonly links: Parameters<typeof createLinkViews>[0];
  readonly pacing: Parameters<typeof createLinkViews>[1];
  readonly ownedMax?: number;
}

/** Messages in memory; more wait in the queue until both have been worked off, in order of age. */
const OWNED_MAX = 20_000;
/** More than this many windows of messages are owned only because links are slow to take them. */
const WINDOWS_OWNED = 2;
/** With a shorter quarantine there is no certainty; sending goes on nevertheless. */
const QUARANTINE_LEAST_MS = 1_000;

export const createOutboundState = ({
  links,
  pacing,
  ownedMax = OWNED_MAX,
  quarantineMs,
  ...context
}: OutboundStateContext): OutboundState => {
  const queues = createRecipientQueues();
  return {
    queues,
    owned: createOwnedMessages({
      ...context,
      queues,
      quarantineMs: Math.max(quarantineMs, QUARANTINE_LEAST_MS),
    }),
    views: createLinkViews(links, pacing),
    maySend: createSignal(),
    mayClaim: createSignal(),
    settled: createSignal(),
    requeuing: 0,
    overflowsToQueue: false,
    isStopped: false,
    ownedMax,
  };
};

/** Whether one more message may be owned from its insertion on. */
export const hasRoom = (state: OutboundState): boolean => {
  if (state.queues.size() >= state.ownedMax) state.overflowsToQueue = true;
  return !state.overflowsToQueue && !state.isStopped;
};

/** Whether more is owned than all links together take in a little while, and it is their windows that it waits for. */
export const isBehind = ({ queues, views }: OutboundState): boolean =>
  queues.size() > WINDOWS_OWNED * views.window && views.isFull();

/** Resolves when `isSo`, which is looked at whenever something settles. */
export const whenSettled = (state: Pick<OutboundState, "settled">, isSo: () => boolean): Promise<void> => {
  if (isSo()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = state.settled.on(() => {
      if (!isSo()) return;
      stop();
      resolve();
    });
  });
};
