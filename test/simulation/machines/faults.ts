import { StorageUnavailable } from "#core/ports/storage.ts";
import type { CarrierFaults } from "#test/simulation/carrier/carrier.ts";
import type { Wire } from "#test/simulation/carrier/wire.ts";
import type { PeoplesStep } from "#test/simulation/people/actions.ts";
import type { Step } from "#test/simulation/people/step.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { SimulatedProcess } from "./process.ts";

/** What can go wrong, and does. */
export interface FaultContext {
  readonly scheduler: Scheduler;
  readonly faults: CarrierFaults;
  readonly store: { awayUntil: number; lossProbability: number };
  processes(): readonly SimulatedProcess[];
  start(position: number): void;
  wires(): readonly Wire[];
  say(line: string): void;
}

type Fault = Exclude<Step, PeoplesStep>;

/** An init system kills what does not stop in time. */
const STOP_PATIENCE_MS = 12_000;
const LOST_ANSWERS = 0.3;
const FLAKY = 0.15;

export const createFaults = (surroundings: FaultContext) => {
  const { scheduler, faults, store, say } = surroundings;

  const end = (step: Extract<Fault, { kind: "kill" | "stop" }>, position: number): void => {
    const process = surroundings.processes()[position]!;
    if (!process.alive()) return;
    if (step.kind === "kill") {
      say(`${process.name} is killed`);
      process.kill();
      scheduler.after(step.againMs, () => surroundings.start(position));
      return;
    }
    say(`${process.name} is asked to stop`);
    void process.stop().catch((error: unknown) => {
      if (!(error instanceof StorageUnavailable)) throw error;
    });
    scheduler.after(step.againMs + STOP_PATIENCE_MS, () => {
      process.kill();
      surroundings.start(position);
    });
  };

  const breakWire = (step: Extract<Fault, { kind: "cut" | "mute" }>): void => {
    const wires = surroundings.wires();
    const wire = wires[step.link % wires.length];
    if (!wire) return;
    say(step.kind === "cut" ? "an SMPP connection is cut" : "an SMPP connection falls silent");
    if (step.kind === "cut") wire.cut();
    else wire.mute();
  };

  return (step: Fault): void => {
    const position = "process" in step ? step.process % surroundings.processes().length : 0;
    const process = surroundings.processes()[position]!;
    switch (step.kind) {
      case "kill":
      case "stop":
        end(step, position);
        return;
      case "freeze":
        say(`${process.name} is frozen for ${step.forMs} ms`);
        process.freeze(step.forMs);
        return;
      case "cut":
      case "mute":
        breakWire(step);
        return;
      case "smsc-away":
        faults.awayUntil = scheduler.now() + step.forMs;
        for (const wire of surroundings.wires()) wire.cut();
        say(`the SMSC is away for ${step.forMs} ms`);
        return;
      case "throttle":
        faults.throttleUntil = scheduler.now() + step.forMs;
        say(`the carrier throttles for ${step.forMs} ms`);
        return;
      case "lose-answers":
        faults.loseAnswers = LOST_ANSWERS;
        scheduler.after(step.forMs, () => {
          faults.loseAnswers = 0;
        });
        say(`answers of the carrier get lost for ${step.forMs} ms`);
        return;
      case "lose-store":
        say(`${process.name} cannot reach the store for ${step.forMs} ms`);
        process.loseStore(step.forMs);
        return;
      case "slow-store":
        say(`the store is slow for ${process.name} for ${step.forMs} ms`);
        process.slowStore(step.forMs);
        return;
      case "store-away":
        store.awayUntil = scheduler.now() + step.forMs;
        say(`the store is away for ${step.forMs} ms`);
        return;
      case "flaky-store":
        store.lossProbability = FLAKY;
        scheduler.after(step.forMs, () => {
          store.lossProbability = 0;
        });
        say(`the store loses answers for ${step.forMs} ms`);
        return;
      case "clock":
        say(`the clock of ${process.name} jumps by ${step.ms} ms`);
        process.jumpClock(step.ms);
        return;
    }
  };
};
