import type { Failure } from "#core/domain/failure.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import type { Attempt, CarrierLink, LinkStatus, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Timer } from "#core/ports/timer.ts";

export interface MemoryCarrierLinkOptions {
  readonly name?: string;
  readonly kind?: LinkKind;
  /** Whether the carrier cuts texts; like the links that it stands for, HTTP does and SMPP does not. */
  readonly sendsWholeText?: boolean;
  /** Segments under way at the same time. */
  readonly window?: number;
  /** How long answers are waited for, in milliseconds. */
  readonly deadlineMs?: number;
  readonly clock: Clock;
  readonly timer: Timer;
  /** What the carrier says to each part, in the order in which parts leave; a promise is an answer that takes its time. */
  readonly answer: (part: SentPart) => PartAnswer | Promise<PartAnswer>;
}

/** What has left over a link: a part, or the whole text where the carrier cuts it. */
export interface SentPart {
  readonly message: OutboundMessage;
  readonly text: string;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  readonly reference: number;
}

export type PartAnswer =
  | { readonly kind: "accepted"; readonly carrierId: string | null }
  | { readonly kind: "throttled"; readonly waitMs: number | null }
  | { readonly kind: "retry" | "refused"; readonly failure: Failure }
  /** The carrier never answers. */
  | { readonly kind: "nothing" };

export interface MemoryCarrierLink extends CarrierLink {
  /** Everything that has left, in order. */
  readonly sent: readonly SentPart[];
  /** The link goes down or comes up; answers still due when it goes down are lost. */
  change(state: LinkStatus["state"]): void;
}

/** Ends one send; only the first ending counts. */
interface UnderWay {
  readonly lose: () => void;
}

export const memoryCarrierLink = (options: MemoryCarrierLinkOptions): MemoryCarrierLink => {
  const {
    clock,
    timer,
    answer,
    kind = "smpp",
    name = `${kind}-1`,
    window = 10,
    deadlineMs = 10_000,
  } = options;
  const sendsWholeText = options.sendsWholeText ?? kind === "http";
  const sent: SentPart[] = [];
  const underWay = new Set<UnderWay>();
  const listeners: (() => void)[] = [];
  let inFlight = 0;
  let state: LinkStatus["state"] = "up";
  let since = clock.now();

  const announce = (): void => {
    for (const listener of listeners) listener();
  };
  const room = (): number => (state === "up" ? Math.max(0, window - inFlight) : 0);

  const leave = (parts: readonly SentPart[], done: (outcome: SendOutcome) => void): void => {
    const answers: (PartAnswer | null)[] = parts.map(() => null);
    const finish = (): void => {
      if (!underWay.delete(self)) return;
      cancel();
      inFlight -= parts.length;
      done(outcomeOf(answers));
      announce();
    };
    const self: UnderWay = { lose: finish };
    const cancel = timer.after(deadlineMs, finish);
    underWay.add(self);
    inFlight += parts.length;
    const note = (part: number, said: PartAnswer): void => {
      if (said.kind === "nothing") return;
      answers[part] = said;
      if (answers.every((each) => each !== null)) finish();
    };
    sent.push(...parts);
    parts.forEach((part, i) => {
      const said = answer(part);
      if (said instanceof Promise) void said.then((late) => note(i, late));
      else note(i, said);
    });
  };

  return {
    name,
    kind,
    sendsWholeText,
    sent,
    room,
    direction: "transceiver",
    status: () => ({ state, inFlight, window, since }),
    health: () => ({ state, reason: null, nextAttemptAt: null }),
    send: (message, attempt, done) => {
      const parts = partsOf(message, attempt, sendsWholeText, room());
      if (parts.length === 0) done({ kind: "unsent" });
      else leave(parts, done);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    change: (next) => {
      state = next;
      since = clock.now();
      if (next === "down") for (const each of [...underWay]) each.lose();
      announce();
    },
  };
};

/** What may leave now. */
const partsOf = (
  message: OutboundMessage,
  { partsAccepted, partsMax, reference }: Attempt,
  sendsWholeText: boolean,
  room: number,
): readonly SentPart[] => {
  const texts = sendsWholeText ? [message.text] : segmentsOf(message.text);
  const [from, most] = sendsWholeText ? [0, 1] : [partsAccepted, partsMax];
  return texts
    .map((text, part) => ({ message, text, part, parts: texts.length, reference }))
    .slice(from, from + Math.min(most, room));
};

/** The parts accepted before the first other answer, and what that one says; without an answer it is unknown. */
const outcomeOf = (answers: readonly (PartAnswer | null)[]): SendOutcome => {
  const carrierIds: (string | null)[] = [];
  for (const each of answers) {
    if (each === null || each.kind === "nothing") return { kind: "unknown", carrierIds };
    if (each.kind !== "accepted") return { ...each, carrierIds };
    carrierIds.push(each.carrierId);
  }
  return { kind: "accepted", carrierIds };
};
