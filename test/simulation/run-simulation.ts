import { memoryEvents } from "#adapters/memory/event-log.ts";
import { emptyTables, type MemoryTables } from "#adapters/memory/tables.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { createCarrierSide } from "#test/simulation/carrier/carrier-side.ts";
import { createFaults } from "#test/simulation/machines/faults.ts";
import { createMachines } from "#test/simulation/machines/machines.ts";
import { letNumbersChange } from "#test/simulation/machines/numbers.ts";
import { letOperatorsWork } from "#test/simulation/machines/operators.ts";
import { createPolicyServer } from "#test/simulation/machines/policy.ts";
import { drawRestore, letRestore } from "#test/simulation/machines/restores.ts";
import { letRetry } from "#test/simulation/machines/retries.ts";
import { createDay, DEFAULT_RULES, type PeoplesStep } from "#test/simulation/people/actions.ts";
import { createAutoResponders } from "#test/simulation/people/auto-responders.ts";
import { makePlan } from "#test/simulation/people/plan.ts";
import type { Step } from "#test/simulation/people/step.ts";
import { createTyping } from "#test/simulation/people/typing.ts";
import { Broken } from "#test/simulation/truth/broken.ts";
import { createFeedReader } from "#test/simulation/truth/feed-reader.ts";
import { isHeld, judgeAll, unfinished } from "#test/simulation/truth/final-checks.ts";
import { createRestorableTruth } from "#test/simulation/truth/restorable-truth.ts";
import type { TruthOptions } from "#test/simulation/truth/truth.ts";
import { outsidePromises } from "./microtasks.ts";
import { seededRandom } from "./random.ts";
import { createScheduler } from "./scheduler.ts";
import { floodOf, SETTINGS, secondRules, strangersFloodOf } from "./settings.ts";
import { drawShape, QUICK_MS, type Shape } from "./shape.ts";
import { createStory, type StoryOptions } from "./story.ts";

export interface SimulationOptions extends StoryOptions {
  readonly seed: number;
  /** How many things happen. */
  readonly steps: number;
  /** What of the seed's own plan happens; for shrinking. */
  readonly plan?: readonly Step[];
}

export interface SimulationOutcome {
  readonly broken: Broken | null;
  readonly plan: readonly Step[];
  readonly events: number;
  readonly texts: number;
  readonly submissions: number;
  readonly repetitions: number;
  /** The same for two runs that went the same way, event by event. */
  readonly fingerprint: number;
}

/** How long faults go on after the last step. */
const AFTERMATH_MS = 6_000;
/** How often it is looked whether all is over, once no more faults come. */
const LOOK_MS = 2_500;
/** An application reads the log as often. */
const READ_EVERY_MS = 900;
/** By then all must be over: the longest life of a message, of its receipts and of parts, and some sweeps. */
const SETTLING_MS =
  SETTINGS.receiptGraceMs +
  SETTINGS.partsTimeoutMs +
  SETTINGS.leaseMs +
  3 * SETTINGS.pruneEvery * SETTINGS.sweepMs;
const PATIENCE_MS = SETTINGS.messageTtlMs + SETTLING_MS;
/** What still leaves after this is no echo of what happened before. */
const LASTS_MS = 5 * PATIENCE_MS;

/** When the last of what was held, and is held no more, is at its end: later than what nobody holds. */
const heldUntil = ({ messages }: MemoryTables, now: number): number =>
  messages
    .values()
    .filter((message) => message.outcome === null && message.outbound?.hold && !isHeld(message, now))
    .reduce((last, { outbound }) => Math.max(last, outbound!.expiresAt - SETTINGS.epoch), 0);

/** Runs one whole world, from its seed to the day on which everything must have ended well. */
export const runSimulation = (options: SimulationOptions): Promise<SimulationOutcome> =>
  outsidePromises(() => live(options));

const live = ({ seed, steps, plan: given, tell, watch }: SimulationOptions): SimulationOutcome => {
  const random = seededRandom(seed);
  const shape = drawShape(random.fork(1));
  const plan = given ?? makePlan(random.fork(2), { steps, ...shape.sizes });
  let broken: Broken | null = null;
  const fail = (error: unknown, rule: string): void => {
    broken ??= error instanceof Broken ? error : new Broken(rule, stackOf(error));
  };
  const judged =
    <A extends unknown[]>(run: (...args: A) => void) =>
    (...args: A): void => {
      try {
        run(...args);
      } catch (error) {
        fail(error, "the judge is sound");
      }
    };
  const scheduler = createScheduler(() => {
    if (broken) throw broken;
  });
  const stored = emptyTables();
  const story = createStory(scheduler, { tell, watch });
  const side = createCarrierSide({
    scheduler,
    random: random.fork(4),
    messageIdForm: shape.messageIdForm,
    arrived: (submission) => autoResponders.got(submission),
    reachable: () => machines.processes().filter((each) => each.alive() && each.relay()),
    truth: () => truth,
    judged,
    story,
  });
  const faultsEndAt = (plan.at(-1)?.at ?? 0) + AFTERMATH_MS;
  const restore = drawRestore(random.fork(11), faultsEndAt);
  const judgedBy: TruthOptions = {
    now: scheduler.now,
    stored,
    realNumbers: new Set(shape.people),
    serviceOf: shape.serviceOf,
    policy: shape.policy,
    leakActions: shape.leakActions,
    limited: shape.limited,
    outOfSession: shape.outOfSession,
    openHours: shape.quietHours ? { serviceId: DEFAULT_SERVICE_ID, ...shape.quietHours.open } : null,
    said: side.carrier.said,
  };
  const reader = createFeedReader({
    events: memoryEvents(stored),
    random: random.fork(12),
    fail: (error) => fail(error, "no reader falls over"),
  });
  const readOn = (): void => {
    reader.read();
    scheduler.after(READ_EVERY_MS, readOn);
  };
  const truth = createRestorableTruth(judgedBy, restore !== null);
  const mustBeAskable = judged(truth.asks.mustBeAskable);
  const store = { awayUntil: 0, lossProbability: 0, delayMaxMs: shape.storeDelayMs };
  const machines = createMachines({
    scheduler,
    random,
    stored,
    shape,
    store,
    side,
    truth,
    judged,
    story,
    policy: createPolicyServer({
      scheduler,
      random: random.fork(6),
      writerOf: ({ conversationId, senderId }) =>
        stored.conversations.get(conversationId ?? "")?.participants.find(({ id }) => id === senderId)
          ?.number ?? null,
      asked: (text) => {
        mustBeAskable(text);
        return truth.asks.asked(text);
      },
      say: story.say,
    }),
    fault: (process, error) => fail(error, `no process falls over (${process})`),
  });
  const typing = createTyping(shape.processes.includes("gateway") ? ["smpp", "http"] : ["http"]);
  /** Machines may answer each other long after the faults are over, until they are stopped. */
  let answeredAt = 0;
  const autoResponders = createAutoResponders({
    ...{ scheduler, typing },
    random: random.fork(5),
    send: (...answer) => {
      answeredAt = scheduler.now();
      side.send(...answer);
    },
  });
  const performStep = createDay({
    autoResponders,
    stored,
    people: shape.people,
    numbers: shape.numbers,
    services: shape.services,
    typing,
    now: scheduler.now,
    processes: machines.processes,
    send: side.send,
    stopAtCarrier: (who, forMs) => side.carrier.faults.optedOutUntil.set(who, scheduler.now() + forMs),
    say: story.say,
    exhausted: judged((serviceId, who, other, since) => {
      const numbers = shape.numbers.filter((number) => shape.serviceOf.get(number) === serviceId);
      if (numbers.some((number) => truth.pairs.freeSince(who, other, number, since)))
        throw new Broken(
          "pool-optimal",
          "an opening failed for lack of numbers although one was free all the time",
        );
    }),
  });
  const befall = createFaults({
    scheduler,
    faults: side.carrier.faults,
    store,
    processes: machines.processes,
    start: machines.start,
    wires: side.smsc.wires,
    say: story.say,
  });

  /** How often it is done: mostly once. */
  const timesOf = (step: PeoplesStep): number => {
    const flood = random.fork(1_000_000 + step.id);
    if (step.kind === "stranger" && shape.outOfSession) return strangersFloodOf(flood);
    return step.kind === "text" && step.style === "short" && shape.limited ? floodOf(flood) : 1;
  };

  const perform = (step: Step): void => {
    if (!isPeoples(step)) {
      befall(step);
      return;
    }
    const times = timesOf(step);
    for (let n = 0; n < times; n += 1)
      performStep(step, random.fork(10_000 + step.id + 2_000_000 * n)).catch((error: unknown) => {
        if (!(error instanceof StorageUnavailable)) fail(error, "no request falls over");
      });
  };
  const end = () => ({ stored, truth, now: scheduler.now(), waiting: side.waiting() });

  try {
    found(stored, shape);
    machines.startAll();
    readOn();
    for (const step of plan) scheduler.after(step.at + 100, () => perform(step));
    letOperatorsWork(
      { scheduler, random: random.fork(9), stored, links: truth.controlledLinks, say: story.say },
      faultsEndAt,
    );
    letNumbersChange(
      {
        ...{ scheduler, services: shape.services, processes: machines.processes, say: story.say },
        random: random.fork(14),
        fail: (error) => fail(error, "no request falls over"),
      },
      faultsEndAt,
    );
    letRetry(
      {
        ...{ scheduler, stored, processes: machines.processes, say: story.say },
        random: random.fork(13),
        rulesOf: ({ storage }) => rulesOf(storage.services, DEFAULT_RULES),
        fail: (error) => fail(error, "no request falls over"),
      },
      faultsEndAt,
    );
    if (restore)
      letRestore(restore, {
        ...{ scheduler, stored, machines, say: story.say },
        backedUp: judged(truth.backedUp),
        broughtBack: judged(() => {
          truth.broughtBack();
          reader.broughtBack(stored.events.log);
        }),
      });
    scheduler.runUntil(Math.max(faultsEndAt, restore?.startsAt ?? 0));
    // The day on which all is well again: no faults, everybody lives, and time goes by.
    Object.assign(store, { lossProbability: 0, delayMaxMs: QUICK_MS });
    side.carrier.faults.optedOutUntil.clear();
    Object.assign(side.carrier.faults, { repeat: 0, loseAnswers: 0, refuse: 0 });
    story.say("all faults end");
    const faultsEndedAt = scheduler.now();
    /** When something was last seen to have left: a notice that a text has failed is a text, which takes its time as well. */
    let left = { count: side.submissions(), at: faultsEndedAt };
    const leftAt = (): number => {
      if (side.submissions() > left.count && scheduler.now() < faultsEndedAt + LASTS_MS)
        left = { count: side.submissions(), at: scheduler.now() };
      return left.at;
    };
    const isPatient = (): boolean =>
      scheduler.now() < Math.max(leftAt(), answeredAt) + PATIENCE_MS ||
      scheduler.now() < heldUntil(stored, scheduler.now()) + SETTLING_MS;
    do scheduler.runUntil(scheduler.now() + LOOK_MS);
    while (isPatient() && (unfinished(end()) !== null || !machines.allRun()));
    judgeAll(end());
    reader.finalCheck(stored.events.log);
  } catch (error) {
    fail(error, "no surprises");
  }
  const outcome = broken as Broken | null;
  if (outcome) story.say(`BROKEN: ${outcome.message}`);
  machines.killAll();
  return {
    broken: outcome,
    plan,
    events: scheduler.events(),
    texts: typing.count(),
    submissions: side.submissions(),
    repetitions: truth.departures.repetitions(),
    fingerprint: scheduler.fingerprint(),
  };
};

const PEOPLES: ReadonlySet<Step["kind"]> = new Set<PeoplesStep["kind"]>([
  "open",
  "text",
  "leak",
  "late",
  "react",
  "machines",
  "stranger",
  "close",
  "swap",
  "app",
  "command",
  "carrier-stop",
]);

const isPeoples = (step: Step): step is PeoplesStep => PEOPLES.has(step.kind);

const found = (
  stored: MemoryTables,
  { numbers, services, serviceOf, leakActions, policy, quietHours, limited, outOfSession }: Shape,
): void => {
  for (const id of services.slice(1))
    stored.services.set(id, {
      ...{ id, slug: "second", name: "Second", rules: secondRules(leakActions.get(id) ?? "off"), version: 1 },
      createdAt: SETTINGS.epoch,
    });
  if (policy) {
    const service = stored.services.get(policy.serviceId)!;
    stored.services.set(service.id, { ...service, rules: { ...service.rules, beforeRelay: policy.rule } });
  }
  if (outOfSession) {
    const service = stored.services.get(outOfSession.serviceId)!;
    stored.services.set(service.id, {
      ...service,
      rules: { ...service.rules, outOfSession: outOfSession.rule },
    });
  }
  if (limited) {
    const service = stored.services.get(limited.serviceId)!;
    stored.services.set(service.id, { ...service, rules: { ...service.rules, limits: limited.rule } });
  }
  if (quietHours) {
    const service = stored.services.get(DEFAULT_SERVICE_ID)!;
    const rules = { ...service.rules, quietHours: quietHours.rule };
    stored.services.set(service.id, { ...service, rules });
  }
  for (const number of numbers)
    stored.numbers.set(number, {
      number,
      serviceId: serviceOf.get(number)!,
      country: "GB",
      features: ["SMS"],
      at: SETTINGS.epoch,
      state: "active",
    });
};

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? "") : String(error));
