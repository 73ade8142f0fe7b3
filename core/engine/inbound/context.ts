import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import type { Command } from "#core/domain/wishes/command.ts";
import type { Epoch } from "#core/engine/ownership/ownership.ts";
import type { Accepted, RequeuedMessage } from "#core/ports/traffic.ts";

/** What became of messages that this process owns. */
export interface Facts {
  readonly accepted?: readonly Accepted[];
  readonly requeued?: readonly RequeuedMessage[];
  readonly outcomes?: readonly FinalOutcome[];
}

/** What the writer asks of the side that sends. */
export interface OutboundSide {
  /** The epoch in which this process writes. */
  epoch(): Epoch;
  /** Whether this process may own what goes to this recipient. */
  mayOwn(recipientId: string): boolean;
  /** Whether more is owned than leaves soon. */
  isBehind(): boolean;
  /** Gives it a durable message of a service to send, written in the given epoch. `askedAt`: when storage was first asked to, on the steady clock. */
  own(message: OutboundMessage, serviceId: string | null, epoch: Epoch, askedAt: number): void;
  /** Something was queued that a dispatcher should claim. */
  queued(): void;
  /** A participant's command has taken effect: what was accepted before may have to stay. */
  commanded(command: WrittenCommand): void;
  /** The epoch is over; resolves when the next one has joined. */
  fenced(epoch: Epoch): Promise<void>;
}

/** A command that is durable: who gave it, to which service, and on which route. */
export interface WrittenCommand {
  readonly command: Pick<Command, "kind" | "scope">;
  readonly from: string;
  readonly serviceId: string | null;
  readonly route: Route | null;
}
