import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import type { BindType } from "#adapters/smpp/protocol/pdu.ts";
import { type Reporting, startLinkReports } from "#apps/gateway/link-reports.ts";
import { countedLink } from "#apps/process/counted-link.ts";
import { controlledLink } from "#core/engine/outbound/controlled-link.ts";
import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Carrier } from "#test/simulation/carrier/carrier.ts";
import { httpLink } from "#test/simulation/carrier/http-link.ts";
import { smppLinks } from "#test/simulation/carrier/smpp-links.ts";
import type { Smsc } from "#test/simulation/carrier/smsc.ts";
import { createUnheard } from "#test/simulation/carrier/unheard.ts";
import type { Wire } from "#test/simulation/carrier/wire.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { ProcessBody, ProcessLinks } from "./process.ts";

export interface LinksSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly carrier: Carrier;
  readonly smsc: Smsc;
  readonly bindTypes: readonly BindType[];
  readonly messageIdForm: MessageIdForm;
  answered(messageId: string, outcome: SendOutcome, unheard: boolean): void;
  /** A message is handed to a link; `heard`: the process was told that the link is paused. */
  sent(link: string, heard: boolean): void;
  fault(error: unknown): void;
}

const DRAIN_MS = 3_000;

/** The ways to the carrier that a process has: a gateway has binds beside the HTTP API. */
export const connectProcess = (process: ProcessBody, surroundings: LinksSurroundings): ProcessLinks => {
  const unheard = createUnheard();
  const wires: Wire[] = [];
  /** Links that the engine has told to pause. */
  const told = new Set<string>();
  const opened = (wire: Wire): void => {
    wires.push(wire);
  };
  const id = process.ids.next();
  let reporting: Reporting | null = null;
  const http = httpLink("http", { ...surroundings, process, unheard });
  const binds =
    process.kind === "gateway"
      ? smppLinks({
          ...surroundings,
          id,
          process,
          unheard,
          opened,
          onUnconfirmed: (keys) => reporting?.unconfirmed(keys),
          storageGap: () => reporting?.gap() ?? null,
          resolveUnconfirmed: async (key, at, instead) => reporting?.resolve(key, at, instead) ?? null,
        })
      : [];

  /** The judge hears what the link says became of a message before the core does. */
  const witnessed = <L extends CarrierLink>(link: L): L => ({
    ...link,
    send: (message, attempt, done) => {
      surroundings.sent(link.name, told.has(link.name));
      link.send(message, attempt, (outcome) => {
        surroundings.answered(message.id, outcome, unheard.has(message.id));
        if (outcome.kind === "unknown") unheard.giveUp(message.id);
        done(outcome);
      });
    },
  });

  /** As in a real process, with somebody who listens to what the engine tells the link. */
  const controlled = (link: CarrierLink & { restart?(drainMs: number): Promise<void> }): CarrierLink => {
    const inner = controlledLink(link, {
      clock: process.clock,
      restart: async () => link.restart?.(DRAIN_MS),
    });
    return {
      ...inner,
      control: (setting) => {
        if (setting?.isPaused) told.add(link.name);
        else told.delete(link.name);
        inner.control(setting);
      },
    };
  };

  const links = [...binds.map(witnessed), witnessed(http)].map(controlled).map(countedLink);
  const report = (): Reporting => {
    const { timer, storage } = process;
    const { pacing, clock } = process.relay()!;
    const { linkReports } = storage;
    return startLinkReports({
      process: id,
      linkReports,
      links,
      binds,
      pacing: () => pacing,
      clock,
      timer,
    });
  };

  return {
    all: links,
    start: () => {
      if (binds.length === 0) return;
      reporting = report();
      reporting.begun.then(() => {
        for (const bind of binds) bind.start();
      }, surroundings.fault);
    },
    stop: async () => {
      await Promise.all(binds.map((bind) => bind.stop(DRAIN_MS)));
    },
    left: async () => {
      await reporting?.stop(true);
    },
    died: () => {
      for (const wire of wires) wire.ours.close();
    },
  };
};
