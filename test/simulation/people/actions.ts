import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { Conversation, Participant } from "#core/domain/conversation.ts";
import { CLOSE_REASON } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { rulesOf } from "#core/ports/services.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { sendMessage } from "#core/use-cases/send-message.ts";
import { swapParticipant } from "#core/use-cases/swap-participant.ts";
import type { SimulatedProcess } from "#test/simulation/machines/process.ts";
import type { Random } from "#test/simulation/random.ts";
import { quarantineOf, SETTINGS } from "#test/simulation/settings.ts";
import { ADVERTISES } from "#test/simulation/truth/hours.ts";
import { ANSWER, type AutoResponders } from "./auto-responders.ts";
import { lettersOf } from "./letters.ts";
import { reactionIn } from "./reacting.ts";
import { spelled } from "./spellings.ts";
import type { Step } from "./step.ts";
import type { TypedText } from "./typed-text.ts";
import { SHOWN_NUMBER, type Typing } from "./typing.ts";

/** What people and the platform do. */
export interface DaySurroundings {
  readonly stored: MemoryTables;
  readonly people: readonly Msisdn[];
  readonly numbers: readonly Msisdn[];
  readonly services: readonly string[];
  readonly typing: Typing;
  readonly autoResponders: AutoResponders;
  now(): number;
  processes(): readonly SimulatedProcess[];
  /** The handset sends it. */
  send(text: TypedText, random: Random): void;
  /** Somebody tells the carrier that they want no texts for so long. */
  stopAtCarrier(who: Msisdn, forMs: number): void;
  say(line: string): void;
  /** An opening for these two failed for lack of a number of the service for the first of them; it had begun at an instant. */
  exhausted(serviceId: string, who: Msisdn, other: Msisdn, since: number): void;
}

/** Of a service that says nothing else. */
export const DEFAULT_RULES = { messageTtlMs: SETTINGS.messageTtlMs, quarantineMs: SETTINGS.quarantineMs };

type StepOf<K extends Step["kind"]> = Extract<Step, { kind: K }>;
export type PeoplesStep = StepOf<
  | "open"
  | "text"
  | "leak"
  | "late"
  | "react"
  | "machines"
  | "stranger"
  | "close"
  | "swap"
  | "app"
  | "command"
  | "carrier-stop"
>;

export const createDay = (surroundings: DaySurroundings) => {
  const { stored, people, numbers, typing, send, say } = surroundings;
  const insight = {
    lookup: async (number: Msisdn) => ({ kind: "valid", number, country: "GB", callingCode: "44" }) as const,
  };
  const rentMore = async (): Promise<boolean> => false;

  const portsOf = ({ storage, clock }: SimulatedProcess) => ({
    ...{ conversations: storage.conversations, insight, clock, rentMore },
    rulesOf: rulesOf(storage.services, DEFAULT_RULES),
  });

  /** The conversation that a step is about. */
  const choose = (which: number, open: boolean): Conversation | null => {
    const fitting = [...stored.conversations.values()].filter(({ closedAt }) => (closedAt === null) === open);
    return fitting[which % fitting.length] ?? null;
  };

  const write = (step: StepOf<"text" | "leak" | "late" | "command">, random: Random): void => {
    const conversation = choose(step.which, step.kind !== "late");
    if (!conversation) return;
    const from = conversation.participants[step.side].number;
    const to = conversation.participants[step.side === 0 ? 1 : 0].virtualNumber;
    if (step.kind === "command") {
      send(typing.words(step.word, from, to, random), random);
      return;
    }
    if (step.kind === "leak") {
      send(typing.words(`walk ${lettersOf(typing.count())}, call ${SHOWN_NUMBER}`, from, to, random), random);
      return;
    }
    const style = step.kind === "late" ? "short" : step.style;
    for (const text of typing.inStyle(style, from, to, random)) send(text, random);
  };

  const react = (step: StepOf<"react">, random: Random): void => {
    const conversation = choose(step.which, true);
    if (!conversation) return;
    const own = conversation.participants[step.side];
    const words = reactionIn(stored, conversation.id, own.id, random);
    const to = conversation.participants[step.side === 0 ? 1 : 0].virtualNumber;
    if (words !== null) send(typing.words(words, own.number, to, random), random);
  };

  const handOverToMachines = ({ which }: StepOf<"machines">, random: Random): void => {
    const conversation = choose(which, true);
    if (!conversation) return;
    const [a, b] = conversation.participants;
    surroundings.autoResponders.arm(a.number, b.virtualNumber);
    surroundings.autoResponders.arm(b.number, a.virtualNumber);
    say(`${a.number} and ${b.number} let machines answer`);
    send(typing.words(`${ANSWER}${lettersOf(typing.count())}`, a.number, b.virtualNumber, random), random);
  };

  const open = async (step: StepOf<"open">, process: SimulatedProcess): Promise<void> => {
    const began = surroundings.now();
    const pair = [people[step.a % people.length]!, people[step.b % people.length]!] as const;
    const serviceId = surroundings.services[step.id % surroundings.services.length]!;
    const run = openConversation(portsOf(process));
    const outcome = await run(
      {
        serviceId,
        participants: [person(spelled(pair[0], step.id)), person(spelled(pair[1], step.id + 1))],
        // Each service has references of its own.
        reference: `ride ${Math.floor(step.id / surroundings.services.length)}`,
        ttlMs: step.ttlMs,
        idleTtlMs: step.idleTtlMs,
        geoMatch: "country",
        sticky: step.sticky,
        intros: true,
        metadata: {},
        onOpen: "new",
      },
      process.ids,
    );
    if (outcome.kind !== "refused") return say(`${pair[0]} and ${pair[1]}: ${outcome.kind}`);
    const { refusal } = outcome;
    say(`${pair[0]} and ${pair[1]} are refused: ${refusal.kind}`);
    if (refusal.kind === "pool-exhausted")
      surroundings.exhausted(serviceId, pair[refusal.person], pair[refusal.person === 0 ? 1 : 0], began);
  };

  const swap = async (step: StepOf<"swap">, process: SimulatedProcess): Promise<void> => {
    const conversation = choose(step.which, true);
    if (!conversation) return;
    const leaving = conversation.participants[step.side];
    const run = swapParticipant(portsOf(process));
    const joining = person(people[step.who % people.length]!);
    const wish = { conversationId: conversation.id, leaving: leaving.id, joining, intro: true };
    const outcome = await run(wish, process.ids);
    say(`${joining.number} takes the place of ${leaving.number}: ${outcome.kind}`);
  };

  const close = async (step: StepOf<"close">, process: SimulatedProcess): Promise<void> => {
    const conversation = choose(step.which, true);
    if (!conversation) return;
    say(`${conversation.id.slice(0, 18)} is to be closed`);
    const at = process.clock.now();
    await process.storage.conversations.close({
      id: conversation.id,
      reason: CLOSE_REASON.requested,
      at,
      quarantinedUntil: at + quarantineOf(conversation.serviceId),
      unlessTextedAfter: null,
    });
  };

  const tellBoth = async (step: StepOf<"app">, process: SimulatedProcess): Promise<void> => {
    const conversation = choose(step.which, true);
    if (!conversation) return;
    const run = sendMessage(portsOf(process));
    const name = `your ride ${lettersOf(step.id)}`;
    const isPromotional = step.which % 2 === 0 && conversation.participants.every(isLondoner);
    const text = isPromotional ? `${name}, next time ${ADVERTISES}` : `${name} is here`;
    await run({ conversationId: conversation.id, to: "all", text, isPromotional }, process.ids);
  };

  return async (step: PeoplesStep, random: Random): Promise<void> => {
    switch (step.kind) {
      case "text":
      case "leak":
      case "late":
      case "command":
        return write(step, random);
      case "react":
        return react(step, random);
      case "machines":
        return handOverToMachines(step, random);
      case "carrier-stop": {
        const who = people[step.who % people.length]!;
        say(`${who} wants no texts, and tells the carrier so for ${step.forMs} ms`);
        return surroundings.stopAtCarrier(who, step.forMs);
      }
      case "stranger": {
        const [from, to] = [people[step.who % people.length]!, numbers[step.number % numbers.length]!];
        return send(typing.words(`who is this, ${step.id}?`, from, to, random), random);
      }
    }
    const serving = surroundings.processes().filter((each) => each.alive() && each.relay());
    if (serving.length === 0) return;
    const process = random.pick(serving);
    switch (step.kind) {
      case "open":
        return open(step, process);
      case "swap":
        return swap(step, process);
      case "close":
        return close(step, process);
      case "app":
        return tellBoth(step, process);
    }
  };
};

const person = (number: Msisdn) => ({ number, name: null, intro: null, country: null });

const isLondoner = ({ number }: Pick<Participant, "number">): boolean => number.startsWith("44");
