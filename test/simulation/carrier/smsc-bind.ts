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
  onGone(listener: () => void): void;
  /** Whether our side knows by now that the connection is gone. */
  isLostToUs(): boolean;
  /** Our side has noticed. */
  noticed(): void;
  /** Our side writes that it has taken a parcel. */
  acknowledging(sequence: number): void;
  /** Our side reads the answer to a request of its own: what it had acknowledged before has been read here, and it knows. */
  heard(sequence: number): void;
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

/** What our side reads later than this after it has asked may have been given up. */
const HEARD_MS = 4_000;

/** A parcel that our side has acknowledged, perhaps without knowing that this was read. */
interface Acknowledged {
  readonly parcel: Parcel;
  isRead: boolean;
}

export const createSmscBind = (
  end: WireEnd,
  process: string,
  { scheduler, random, carrier, changed }: SmscBindSurroundings,
): SmscBind => {
  const unanswered = new Map<number, { parcel: Parcel; answered: (status: number | null) => void }>();
  const goneListeners: (() => void)[] = [];
  const acknowledged = new Map<number, Acknowledged>();
  /** By our side's requests: what had been read before. */
  const readBefore = new Map<number, { readonly at: number; readonly sequences: readonly number[] }>();
  let isOver = false;
  let boundAs: BindType | null = null;
  let sequence = 0;
  let isLostToUs = false;

  const soon = (run: () => void): void => {
    scheduler.after(random.int(1, 20), run);
  };

  const tellUnconfirmed = ({ parcel, isRead }: Acknowledged): void => parcel.unconfirmed(isRead);

  /** One of the two sides knows that the connection is gone. */
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    for (const each of acknowledged.values()) tellUnconfirmed(each);
  };

  const asked = (sequence: number): void => {
    const sequences = [...acknowledged].flatMap(([which, { isRead }]) => (isRead ? [which] : []));
    readBefore.set(sequence, { at: scheduler.now(), sequences });
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
    const ours = acknowledged.get(pdu.sequence);
    if (ours) {
      ours.isRead = true;
      if (isOver) tellUnconfirmed(ours);
    }
    entry?.answered(pdu.status);
  };

  const gone = (): void => {
    boundAs = null;
    over();
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
        asked(pdu.sequence);
        return onSubmit(pdu);
      case "deliver_sm_resp":
        return onDeliverAnswer(pdu);
      case "enquire_link":
        asked(pdu.sequence);
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
      unanswered.set(sequence, { parcel, answered });
      end.send({ kind: "deliver_sm", sequence, message: parcel.message });
    },
    isLostToUs: () => isLostToUs,
    noticed: () => {
      isLostToUs = true;
      over();
    },
    acknowledging: (which) => {
      const parcel = unanswered.get(which)?.parcel;
      if (!parcel) return;
      parcel.acknowledging();
      acknowledged.set(which, { parcel, isRead: false });
    },
    heard: (which) => {
      const mark = readBefore.get(which);
      readBefore.delete(which);
      if (!mark || scheduler.now() - mark.at > HEARD_MS) return;
      for (const each of mark.sequences) acknowledged.delete(each);
    },
    onGone: (listener) => goneListeners.push(listener),
  };
};
