import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyWorld } from "#adapters/memory/world.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import { isFinal } from "#core/domain/message.ts";
import { segmentsOf } from "#core/domain/message-text.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { sendFromApp } from "#core/use-cases/send-from-app.ts";
import { swapParticipant } from "#core/use-cases/swap-participant.ts";
import { createCarrier, type Sending, type Submission } from "./carrier.ts";
import { HOUSE } from "./house.ts";
import { type SimulatedLink, simulatedLink } from "./link.ts";
import { makePlan, type Step } from "./plan.ts";
import { type SimulatedProcess, startProcess } from "./process.ts";
import { seededRandom } from "./random.ts";
import { createScheduler } from "./scheduler.ts";
import { Broken, createTruth } from "./truth.ts";

export interface WorldOptions {
  readonly seed: number;
  /** How many things happen. */
  readonly steps: number;
  /** A plan to follow instead of the seed's own; for shrinking. */
  readonly plan?: readonly Step[];
  /** Hears what happens, in plain words. */
  readonly tell?: (at: number, line: string) => void;
}

export interface WorldOutcome {
  readonly broken: Broken | null;
  readonly plan: readonly Step[];
  readonly events: number;
  readonly texts: number;
  readonly submissions: number;
  readonly duplicates: number;
}

/** A text that somebody has sent, and what may rightly become of it. */
interface Text {
  readonly from: string;
  readonly to: string;
  readonly keys: readonly string[];
  readonly holed: boolean;
  readonly sentAt: number;
  readonly acknowledged: Map<string, number>;
}

/** Part of an id whose every appearance in the store is to be told. */
const watched = process.env.SIMULATE_WATCH ?? "";

const PROCESSES = ["gateway", "api", "api"] as const;

/** Runs one whole world, from its seed to the day on which everything must have ended well. */
export const runWorld = async ({
  seed,
  steps,
  plan: given,
  tell = () => {},
}: WorldOptions): Promise<WorldOutcome> => {
  const random = seededRandom(seed);
  const shape = random.fork(1);
  const people = shape.int(3, 6);
  const numbers = shape.int(1, 4);
  const gateways = shape.int(0, 2);
  const apis = shape.int(1, 2);
  const kinds = [...Array<"gateway">(gateways).fill("gateway"), ...Array<"api">(apis).fill("api")];
  const plan = given ?? makePlan(random.fork(2), { steps, people, processes: kinds.length, numbers });
  const chance = random.fork(3);

  let broken: Broken | null = null;
  let lossProbability = 0;
  let storeAwayUntil = 0;
  let texts = 0;
  let lives = 0;
  const scheduler = createScheduler(() => {
    if (broken) throw broken;
  });
  const judge =
    <A extends unknown[]>(run: (...args: A) => void) =>
    (...args: A): void => {
      try {
        run(...args);
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        broken ??= error;
      }
    };
  const real = Array.from({ length: people }, (_, i) => `4477009000${10 + i}` as Msisdn);
  const virtual = Array.from({ length: numbers }, (_, i) => `4479119000${10 + i}` as Msisdn);
  const stored = emptyWorld();
  const truth = createTruth({
    now: () => scheduler.now(),
    quarantineMs: HOUSE.quarantineMs,
    toleranceMs: 2 * HOUSE.skewMaxMs + 200,
    realNumbers: new Set(real),
    virtualNumbers: new Set(virtual),
  });
  /** Everything that the carrier has said, by its id: state after state. */
  const fates = new Set<string>();
  const sent: Text[] = [];
  const conversations: string[] = [];
  const processes: SimulatedProcess[] = [];
  const processByDispatcher = new Map<string, string>();
  const links: { process: string; link: SimulatedLink }[] = [];
  const god = memoryStorage({ clock: { now: () => HOUSE.epoch + scheduler.now() }, world: stored });
  const say = (line: string): void => tell(scheduler.now(), line);

  const carrier = createCarrier({
    scheduler,
    random: random.fork(4),
    reachable: () => processes.filter((each) => each.alive() && each.relay()),
    submitted: judge((submission: Submission) => {
      say(
        `${submission.process} hands over "${shorten(submission.text)}" ${submission.source} -> ${submission.destination}, part ${submission.part + 1}/${submission.parts}, message ${submission.messageId.slice(0, 18)}`,
      );
      truth.submitted(submission);
    }),
    fated: (submission, state) => fates.add(`${submission.carrierId} ${state}`),
    answered: judge((sending: Sending) => {
      const text = sent[sending.textId]!;
      text.acknowledged.set(sending.key, scheduler.now());
      const known =
        stored.inboundKeys.has(sending.key) ||
        stored.parts.has(sending.key) ||
        stored.joinedKeys.has(sending.key);
      if (!known)
        throw new Broken("commit before acknowledge", "a text was acknowledged that is nowhere stored");
    }),
  });

  const start = (position: number): void => {
    lives += 1;
    const name = `${kinds[position]}-${position}.${lives}`;
    const own = random.fork(1_000 + lives);
    processes[position] = startProcess(name, kinds[position]!, {
      scheduler,
      random: own,
      stored,
      storeAwayUntil: () => storeAwayUntil,
      lossProbability: () => lossProbability,
      links: (process, timer) => {
        const made = (
          kinds[position] === "gateway" ? (["smpp", "smpp", "http"] as const) : (["http"] as const)
        ).map((kind, i) =>
          simulatedLink(`${kind}-${i}`, kind, {
            scheduler,
            random: own.fork(i),
            carrier,
            timer,
            process,
            lost: (messageId) => {
              say(`${process.name} never hears what became of ${messageId.slice(0, 18)}`);
              truth.excuse(messageId);
            },
          }),
        );
        for (const link of made) links.push({ process: process.name, link });
        return made;
      },
      observe: (process, call, args, answer) => {
        if (watched && JSON.stringify([args, answer]).includes(watched)) {
          say(
            `${process} ${call} ${JSON.stringify(args).slice(0, 1500)} => ${JSON.stringify(answer).slice(0, 600)}`,
          );
        }
        judge(truth.observe)(call, args, answer);
        if (call === "dispatch.join") processByDispatcher.set((args[0] as { id: string }).id, process);
        if (call === "dispatch.heartbeat" || call === "dispatch.leave") noteDeaths();
      },
      fault: (process, error) => {
        broken ??= new Broken(
          "no process falls over",
          `${process}: ${error instanceof Error ? error.stack : String(error)}`,
        );
      },
    });
    say(`${name} starts`);
  };

  /** What a dead dispatcher had handed over without the store knowing leaves once more, by whoever buries it. */
  const noteDeaths = (): void => {
    for (const [id, process] of processByDispatcher) {
      if (!stored.dispatchers.get(id)?.dead) continue;
      say(`${process} is declared dead as ${id.slice(0, 18)}`);
      truth.excuseProcess(process);
      processByDispatcher.delete(id);
    }
  };

  const serving = (): SimulatedProcess | null => {
    const able = processes.filter((each) => each.alive() && each.relay());
    return able.length > 0 ? chance.pick(able) : null;
  };

  const send = (
    from: string,
    to: string,
    body: string,
    parts: readonly string[],
    drop: number | null,
  ): void => {
    const textId = texts++;
    const keys = parts.map((_, i) => `t${textId}.${i}`);
    sent.push({ from, to, keys, holed: drop !== null, sentAt: scheduler.now(), acknowledged: new Map() });
    say(`${from} texts "${shorten(body)}" to ${to}`);
    parts.forEach((text, i) => {
      if (i === drop) return;
      const part =
        parts.length === 1 ? null : { reference: `udh8:${textId % 256}`, total: parts.length, index: i + 1 };
      carrier.send({
        textId,
        key: keys[i]!,
        from,
        to,
        text,
        part,
        link: chance.pick(["smpp", "http"] as const),
      });
    });
  };

  const choose = (which: number, open: boolean): Conversation | null => {
    const all = conversations.map((id) => stored.conversations.get(id)).filter((each) => each !== undefined);
    const fitting = all.filter(({ closedAt }) => (closedAt === null) === open);
    return fitting.length > 0 ? fitting[which % fitting.length]! : null;
  };

  const perform = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case "open":
        return open(step);
      case "text":
      case "late":
      case "command": {
        const conversation = choose(step.which, step.kind !== "late");
        if (!conversation) return;
        const me = conversation.participants[step.side];
        const other = conversation.participants[step.side === 0 ? 1 : 0];
        write(step, me.number, other.virtualNumber);
        return;
      }
      case "stranger":
        return send(real[step.who]!, virtual[step.number]!, "who is this?", ["who is this?"], null);
      case "close": {
        const process = serving();
        const conversation = choose(step.which, true);
        if (!process || !conversation) return;
        say(`${conversation.id.slice(0, 18)} is to be closed`);
        const at = process.clock.now();
        await process.storage.conversations.close({
          id: conversation.id,
          reason: "requested",
          at,
          quarantinedUntil: at + HOUSE.quarantineMs,
          unlessTextedAfter: null,
        });
        return;
      }
      case "swap":
        return swap(step);
      case "app": {
        const process = serving();
        const conversation = choose(step.which, true);
        if (!process || !conversation) return;
        const run = sendFromApp({ ...process.storage, clock: process.clock }, HOUSE);
        await run({ conversationId: conversation.id, to: "all", text: "your ride is here" }, process.ids);
        return;
      }
      case "kill":
      case "stop": {
        const process = processes[step.process];
        if (!process?.alive()) return;
        if (step.kind === "kill") {
          say(`${process.name} is killed`);
          process.kill();
          scheduler.after(step.againMs, () => start(step.process));
          return;
        }
        say(`${process.name} is asked to stop`);
        void process.stop().catch((error: unknown) => {
          if (!(error instanceof StorageUnavailable)) throw error;
        });
        // Like an init system: after a while it is killed, and started again.
        scheduler.after(step.againMs + 15_000, () => {
          process.kill();
          start(step.process);
        });
        return;
      }
      case "cut": {
        const living = links.filter(({ process }) =>
          processes.some((each) => each.name === process && each.alive()),
        );
        if (living.length === 0) return;
        const { link, process } = living[step.link % living.length]!;
        say(`${link.name} of ${process} is cut for ${step.forMs} ms`);
        link.cut(step.forMs);
        return;
      }
      case "smsc-away":
        carrier.faults.downUntil = scheduler.now() + step.forMs;
        return say(`the SMSC is away for ${step.forMs} ms`);
      case "throttle":
        carrier.faults.throttleUntil = scheduler.now() + step.forMs;
        return say(`the carrier throttles for ${step.forMs} ms`);
      case "lose-answers":
        carrier.faults.loseAnswers = 0.3;
        scheduler.after(step.forMs, () => {
          carrier.faults.loseAnswers = 0;
        });
        return say(`answers get lost for ${step.forMs} ms`);
      case "lose-store":
        processes[step.process]?.loseStorage(step.forMs);
        return say(`${processes[step.process]?.name} cannot reach the store for ${step.forMs} ms`);
      case "store-away":
        storeAwayUntil = scheduler.now() + step.forMs;
        return say(`the store is away for ${step.forMs} ms`);
      case "flaky-store":
        lossProbability = 0.15;
        scheduler.after(step.forMs, () => {
          lossProbability = 0;
        });
        return say(`the store loses answers for ${step.forMs} ms`);
      case "clock":
        processes[step.process]?.jumpClock(step.ms);
        return say(`the clock of ${processes[step.process]?.name} jumps by ${step.ms} ms`);
    }
  };

  const write = (
    step: Extract<Step, { kind: "text" | "late" | "command" }>,
    from: string,
    to: string,
  ): void => {
    if (step.kind === "command") return send(from, to, step.word, [step.word], null);
    const style = step.kind === "late" ? "short" : step.style;
    const body = `text ${texts}${style === "same" ? " again" : ""}`;
    if (style === "short") return send(from, to, body, [body], null);
    if (style === "same") {
      send(from, to, "ok", ["ok"], null);
      return send(from, to, "ok", ["ok"], null);
    }
    const long = `${body} ${"and so on ".repeat(20)}`;
    const parts = segmentsOf(long);
    send(from, to, long, parts, style === "holed" ? chance.int(0, parts.length - 1) : null);
  };

  const insight = {
    lookup: async (number: Msisdn) => ({ kind: "valid", number, country: "GB", callingCode: "44" }) as const,
  };
  const rentMore = async (): Promise<boolean> => false;

  const open = async (step: Extract<Step, { kind: "open" }>): Promise<void> => {
    const process = serving();
    if (!process) return;
    const began = scheduler.now();
    const pair = [real[step.a]!, real[step.b]!] as const;
    const run = openConversation(
      { conversations: process.storage.conversations, insight, clock: process.clock, rentMore },
      HOUSE,
    );
    const outcome = await run(
      {
        people: [person(pair[0]), person(pair[1])],
        reference: null,
        ttlMs: step.ttlMs,
        idleTtlMs: step.idleTtlMs,
        geoMatch: "country",
        sticky: step.sticky,
        intros: true,
        metadata: {},
      },
      process.ids,
    );
    say(
      `${pair[0]} and ${pair[1]}: ${outcome.kind}${outcome.kind === "refused" ? ` (${outcome.refusal.kind})` : ""}`,
    );
    if (outcome.kind === "opened") conversations.push(outcome.conversation.id);
    if (outcome.kind === "refused" && outcome.refusal.kind === "pool-exhausted") {
      const who = pair[outcome.refusal.person];
      const other = pair[outcome.refusal.person === 0 ? 1 : 0];
      judge(() => {
        const free = virtual.find((number) => alwaysFree(who, other, number, began));
        if (free)
          throw new Broken(
            "pool-optimal",
            "an opening failed for lack of numbers although one was free all the time",
          );
      })();
    }
  };

  /** Whether a pair was free for these two during the whole of a request. */
  const alwaysFree = (who: string, other: string, number: string, since: number): boolean =>
    truth
      .meanings(who, number)
      .every(
        ({ until, quarantinedUntil, recipient, from }) =>
          from > scheduler.now() ||
          quarantinedUntil + 2 * HOUSE.skewMaxMs <= since ||
          (recipient === other && until + 2 * HOUSE.skewMaxMs <= since),
      );

  const swap = async (step: Extract<Step, { kind: "swap" }>): Promise<void> => {
    const process = serving();
    const conversation = choose(step.which, true);
    if (!process || !conversation) return;
    const leaving = conversation.participants[step.side];
    const run = swapParticipant(
      { conversations: process.storage.conversations, insight, clock: process.clock, rentMore },
      HOUSE,
    );
    const joining = person(real[step.who]!);
    const outcome = await run(
      { conversationId: conversation.id, leaving: leaving.id, joining, intro: true },
      process.ids,
    );
    say(`${joining.number} takes the place of ${leaving.number}: ${outcome.kind}`);
  };

  /** A final state never changes, whatever happens afterwards. */
  const finals = new Map<string, string>();
  const watchFinals = async (): Promise<void> => {
    for (const id of stored.messages.keys()) {
      const record = await god.conversations.message(id);
      if (!record) continue;
      const before = finals.get(id);
      if (before && before !== record.state)
        throw new Broken("final is final", `${before} became ${record.state}`);
      if (isFinal(record.state)) finals.set(id, record.state);
    }
  };

  const lastJudgement = async (): Promise<void> => {
    await watchFinals();
    if (stored.unsent.size > 0) {
      for (const each of stored.unsent.values())
        say(
          `left: ${each.id.slice(0, 18)} ${JSON.stringify(each.place)} ${each.outbound?.text.slice(0, 20)}`,
        );
      for (const [id, row] of stored.dispatchers)
        say(`dispatcher ${id.slice(0, 18)} ${row.kind} ${row.dead ? "dead" : "alive"}`);
      throw new Broken("nothing is left", `${stored.unsent.size} messages are still to be sent`);
    }
    if (stored.parts.size > 0)
      throw new Broken("nothing is left", `${stored.parts.size} parts still wait for others`);
    for (const message of stored.messages.values()) {
      const state = finals.get(message.id);
      if (!state)
        throw new Broken(
          "nothing lost",
          `a message ends as ${(await god.conversations.message(message.id))?.state}`,
        );
      const all = carrier.submissions.filter(({ messageId }) => messageId === message.id);
      // A command was for us, and has arrived.
      if (
        message.outbound &&
        state === "delivered" &&
        !all.some(({ carrierId }) => fates.has(`${carrierId} delivered`))
      ) {
        throw new Broken("states are true", "called delivered, but no handset has it");
      }
    }
    for (const text of sent) {
      for (const key of text.acknowledged.keys()) {
        const known = stored.inboundKeys.has(key) || stored.joinedKeys.has(key);
        if (!known) throw new Broken("nothing lost", "an acknowledged text is nowhere to be found");
      }
      if (!text.holed && text.acknowledged.size < text.keys.length) {
        throw new Broken("nothing lost", "a text was never taken, although everything works again");
      }
    }
    if (carrier.waiting() > 0) throw new Broken("nothing is left", "the carrier still has something to say");
  };

  try {
    await god.dispatch.onWork(() => {});
    for (const number of virtual)
      await god.numbers.add({ number, country: "GB", features: ["SMS"], at: HOUSE.epoch });
    kinds.forEach((_, position) => start(position));
    for (const step of plan) {
      scheduler.after(step.at + 100, () => {
        void perform(step).catch((error: unknown) => {
          if (error instanceof StorageUnavailable) return;
          broken ??=
            error instanceof Broken
              ? error
              : new Broken(
                  "no request falls over",
                  error instanceof Error ? (error.stack ?? "") : String(error),
                );
        });
      });
    }
    const end = (plan.at(-1)?.at ?? 0) + 60_000;
    for (let at = 10_000; at < end; at += 10_000) {
      await scheduler.runUntil(at);
      await watchFinals();
    }
    // The day on which all is well again: no faults, everybody lives, and time goes by.
    lossProbability = 0;
    carrier.faults.repeat = 0;
    carrier.faults.loseAnswers = 0;
    say("all faults end");
    await scheduler.runUntil(end + 2 * (HOUSE.messageTtlMs + HOUSE.receiptGraceMs) + 60_000);
    await lastJudgement();
  } catch (error) {
    if (!(error instanceof Broken))
      broken ??= new Broken("no surprises", error instanceof Error ? (error.stack ?? "") : String(error));
    else broken ??= error;
  }
  if (broken) say(`BROKEN: ${broken.message}`);
  for (const process of processes) process.kill();
  return {
    broken,
    plan,
    events: scheduler.events(),
    texts,
    submissions: carrier.submissions.length,
    duplicates: truth.duplicates(),
  };
};

const person = (number: Msisdn) => ({ number, name: null, intro: null, country: null });

const shorten = (text: string): string => (text.length > 24 ? `${text.slice(0, 21)}...` : text);

export { PROCESSES };
