import { type BindType, NO_TLVS, type Pdu, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { textOf, userDataOf } from "#adapters/smpp/text/user-data.ts";
import { received } from "#test/adapters/smpp/received.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { Carrier } from "./carrier.ts";
import type { Parcel } from "./smsc.ts";
import { identityOf } from "./submit-identity.ts";
import type { WireEnd } from "./wire.ts";

/** The SMSC's end of one connection. */
export interface SmscBind {
  /** The life of the process at the other end. */
  readonly process: string;
  takesDeliveries(): boolean;
  unanswered(): number;
  /** `answered` hears the status, or null when the connection went first. */
  deliver(parcel: Parcel, answered: (status: number | null) => void): void;
  /** The parcel behind a deliver_sm that is not answered yet. */
  parcel(sequence: number): Parcel | undefined;
  onGone(listener: () => void): void;
  /** Whether our side knows by now that the connection is gone. */
  isLostToUs(): boolean;
  /** Our side has noticed. */
  noticed(): void;
}

export interface SmscBindSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly carrier: Carrier;
  /** It takes deliveries now, or has gone. */
  changed(): void;
}

/** How long an answer takes that is not lost but late. */
const LATE_MS = [4_500, 9_000] as const;

/** Longer than anything waits for its confirmation, in a process that may be frozen. */
const RECENT_MS = 40_000;

export const createSmscBind = (
  end: WireEnd,
  process: string,
  { scheduler, random, carrier, changed }: SmscBindSurroundings,
): SmscBind => {
  const unanswered = new Map<number, { parcel: Parcel; answered: (status: number | null) => void }>();
  const goneListeners: (() => void)[] = [];
  let recent: { parcel: Parcel; at: number }[] = [];
  let boundAs: BindType | null = null;
  let sequence = 0;
  let isLostToUs = false;

  const soon = (run: () => void): void => {
    scheduler.after(random.int(1, 20), run);
  };

  const onSubmit = ({ sequence, message }: Extract<Pdu, { readonly kind: "submit_sm" }>): void => {
    const answer = (status: number, messageId = ""): void =>
      end.send({ kind: "submit_sm_resp", sequence, status, messageId, tlvs: NO_TLVS });
    if (carrier.throttles()) {
      soon(() => answer(STATUS.throttled));
      return;
    }
    if (random.chance(carrier.faults.refuse)) {
      const status = random.pick([STATUS.systemError, STATUS.systemError, STATUS.invalidDestination, 0x04]);
      soon(() => answer(status));
      return;
    }
    const { messageId, part, parts } = identityOf(message);
    const said = received(message);
    const carrierId = carrier.take({
      process,
      link: "smpp",
      messageId,
      source: message.source,
      destination: message.destination,
      text: textOf(said),
      part: (userDataOf(said).concatenation?.index ?? part + 1) - 1,
      parts: userDataOf(said).concatenation?.total ?? parts,
      reference: userDataOf(said).concatenation?.reference ?? 0,
    });
    const accept = (): void => answer(STATUS.ok, carrierId);
    if (!random.chance(carrier.faults.loseAnswers)) {
      soon(accept);
      return;
    }
    if (random.chance(0.3)) scheduler.after(random.int(...LATE_MS), accept);
  };

  const onDeliverAnswer = (pdu: Extract<Pdu, { readonly messageId: string }>): void => {
    const entry = unanswered.get(pdu.sequence);
    unanswered.delete(pdu.sequence);
    entry?.answered(pdu.status);
  };

  const gone = (): void => {
    boundAs = null;
    for (const { parcel, at } of recent.splice(0)) if (at > scheduler.now() - RECENT_MS) parcel.unconfirmed();
    for (const listener of goneListeners.splice(0)) listener();
    const open = [...unanswered.values()];
    unanswered.clear();
    for (const { answered } of open) answered(null);
  };

  end.onClosed = gone;
  end.onPdu = (pdu) => {
    switch (pdu.kind) {
      case "bind":
        return soon(() => {
          end.send({ kind: "bind_resp", sequence: pdu.sequence, status: STATUS.ok, type: pdu.type });
          boundAs = pdu.type;
          changed();
        });
      case "submit_sm":
        return onSubmit(pdu);
      case "deliver_sm_resp":
        return onDeliverAnswer(pdu);
      case "enquire_link":
        return end.send({ kind: "enquire_link_resp", sequence: pdu.sequence, status: STATUS.ok });
      case "unbind":
        end.send({ kind: "unbind_resp", sequence: pdu.sequence, status: STATUS.ok });
        end.close();
        return gone();
      default:
        return;
    }
  };

  return {
    process,
    takesDeliveries: () => boundAs !== null && boundAs !== "transmitter",
    unanswered: () => unanswered.size,
    deliver: (parcel, answered) => {
      sequence += 1;
      recent = recent.filter(({ at }) => at > scheduler.now() - RECENT_MS);
      recent.push({ parcel, at: scheduler.now() });
      unanswered.set(sequence, { parcel, answered });
      end.send({ kind: "deliver_sm", sequence, message: parcel.message });
    },
    parcel: (which) => unanswered.get(which)?.parcel,
    isLostToUs: () => isLostToUs,
    noticed: () => {
      isLostToUs = true;
    },
    onGone: (listener) => goneListeners.push(listener),
  };
};
