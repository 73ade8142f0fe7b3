import type { DependencyContainer } from "tsyringe";
import { webhookHandler } from "#adapters/vonage-http/webhooks.ts";
import { webhookSigning } from "#apps/process/container/carrier.ts";
import {
  API_RULES,
  CHANCE,
  CLOCK,
  HTTP_CARRIER,
  IDS,
  INSIGHT,
  LINKS,
  LOG,
  MARKET,
  RELAY_RULES,
  SETTINGS,
  STORAGE,
  TIMER,
} from "#apps/process/container/container.ts";
import type { HttpListener } from "#apps/process/http-listener.ts";
import type { Part } from "#apps/process/parts.ts";
import { type Engine, startEngine } from "#core/engine/engine.ts";
import { ok } from "#core/result.ts";
import { apiApp } from "./app.ts";
import { endsOfTurns } from "./batch-tick.ts";

/**
 * What an API process runs, above a port that is open and a database that is ready: the engine, and the API that answers
 * on the port. The API stops first, then the engine, then the links and the connections to the database.
 */
export const apiParts = (
  composed: () => DependencyContainer,
  listener: () => HttpListener,
): readonly Part[] => {
  let relay: Engine;
  return [
    {
      name: "the connections to the database",
      start: () => ok(() => composed().resolve(STORAGE).close()),
    },
    { name: "the carrier link", start: () => ok(() => composed().resolve(HTTP_CARRIER).stop()) },
    {
      name: "the engine",
      start: async () => {
        const made = composed();
        relay = await startEngine(
          {
            storage: made.resolve(STORAGE).storage,
            links: made.resolve(LINKS),
            clock: made.resolve(CLOCK),
            timer: made.resolve(TIMER),
            ids: made.resolve(IDS),
            chance: made.resolve(CHANCE),
          },
          { kind: "api", ...made.resolve(RELAY_RULES) },
        );
        return ok(() => relay.stop());
      },
    },
    {
      name: "the API",
      start: () => {
        listener().serve(answering(composed(), relay));
        return ok((deadline) => listener().close(deadline));
      },
    },
  ];
};

const answering = (made: DependencyContainer, { writer, pacing }: Engine) => {
  const clock = made.resolve(CLOCK);
  const ids = made.resolve(IDS);
  const endOfTurn = endsOfTurns();
  const webhooks = webhookHandler({
    signing: webhookSigning(made.resolve(SETTINGS)),
    accept: async (message) => {
      await endOfTurn();
      return writer.accept({ id: ids.next(), ...message });
    },
    receipt: async (receipt) => {
      await endOfTurn();
      return writer.receive(receipt);
    },
    clock,
  });
  const ports = {
    storage: made.resolve(STORAGE).storage,
    insight: made.resolve(INSIGHT),
    market: made.resolve(MARKET),
    links: made.resolve(LINKS),
    pacing,
    clock,
    ids,
    log: made.resolve(LOG),
  };
  return apiApp(ports, made.resolve(API_RULES), [webhooks]);
};
