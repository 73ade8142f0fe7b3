import "reflect-metadata";
import { type DependencyContainer, instanceCachingFactory, container as rootContainer } from "tsyringe";
import { systemChance } from "#adapters/node/chance.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { ed25519Signer } from "#adapters/node/ed25519.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import { type OpenHooks, openHooks } from "#adapters/standard-webhooks/hooks.ts";
import { type OpenWebhookSender, openWebhookSender } from "#adapters/standard-webhooks/sender.ts";
import type { ConsoleOptions } from "#apps/api/console/console-options.ts";
import type { ApiOptions } from "#apps/api/context.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import { hookBody } from "#apps/process/hook-body.ts";
import type { ProcessJournal } from "#apps/process/journal.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { token } from "#apps/process/token.ts";
import type { EngineOptions } from "#core/engine/engine.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { NumberMarket } from "#core/ports/number-market.ts";
import type { Signer } from "#core/ports/signer.ts";
import type { Timer } from "#core/ports/timer.ts";
import { type HttpCarrier, type HttpCarrierTuning, httpCarrier } from "./carrier.ts";
import { apiRules, consoleRules, engineRules } from "./rules.ts";
import { type OpenStorage, openStorage } from "./storage.ts";

export const SETTINGS = token<Settings>("settings");
export const JOURNAL = token<ProcessJournal>("journal");
export const CLOCK = token<SteadyClock>("clock");
export const TIMER = token<Timer>("timer");
export const CHANCE = token<Chance>("chance");
export const IDS = token<Ids>("ids");
export const STORAGE = token<OpenStorage>("storage");
/** Null: nothing is signed. */
export const SIGNER = token<Signer | null>("signer");
export const HTTP_CARRIER = token<HttpCarrier>("HTTP carrier");
/** Its connections are let go of by whoever sends. */
export const WEBHOOK_SENDER = token<OpenWebhookSender>("webhook sender");
/** Its connections are let go of by whoever runs the engine. */
export const HOOKS = token<OpenHooks>("hooks");
export const MARKET = token<NumberMarket>("number market");
export const INSIGHT = token<NumberInsight>("number insight");
/** The links of this process: a gateway registers its binds beside the HTTP link. */
export const LINKS = token<readonly CountedLink[]>("links");
export const ENGINE_RULES = token<Omit<EngineOptions, "kind">>("engine rules");
export const API_RULES = token<ApiOptions>("API rules");
/** The sandbox registers one that can do more. */
export const CONSOLE = token<ConsoleOptions>("console");

export interface Composing {
  readonly settings: Settings;
  readonly journal: ProcessJournal;
  readonly tuning?: HttpCarrierTuning;
}

/**
 * Everything that a process is made of, by name, made when it is first asked for and only once. Nothing is running yet, and
 * what runs is stopped by whoever started it.
 */
export const compose = ({ settings, journal, tuning }: Composing): DependencyContainer => {
  const components = rootContainer.createChildContainer();
  const once = <T>(make: () => T) => ({ useFactory: instanceCachingFactory(make) });
  const http = () => components.resolve(HTTP_CARRIER);
  components.register(SETTINGS, { useValue: settings });
  components.register(JOURNAL, { useValue: journal });
  components.register(CLOCK, { useValue: systemClock });
  components.register(TIMER, { useValue: systemTimer });
  components.register(CHANCE, { useValue: systemChance });
  components.register(
    IDS,
    once(() => uuidV7Ids(components.resolve(CLOCK))),
  );
  components.register(
    STORAGE,
    once(() => openStorage(settings, components.resolve(CLOCK), components.resolve(JOURNAL))),
  );
  components.register(
    SIGNER,
    once(() => (settings.auditSigningKey ? ed25519Signer(settings.auditSigningKey) : null)),
  );
  components.register(
    HTTP_CARRIER,
    once(() => httpCarrier(settings, components.resolve(CLOCK), tuning)),
  );
  components.register(
    WEBHOOK_SENDER,
    once(() => openWebhookSender({ networks: settings.webhookNetworks ?? [] })),
  );
  components.register(
    HOOKS,
    once(() =>
      openHooks({
        networks: settings.webhookNetworks ?? [],
        clock: components.resolve(CLOCK),
        bodyOf: hookBody,
      }),
    ),
  );
  components.register(
    MARKET,
    once(() => http().market),
  );
  components.register(
    INSIGHT,
    once(() => http().insight),
  );
  components.register(
    LINKS,
    once(() => [http().link].filter((link) => link !== null)),
  );
  components.register(
    ENGINE_RULES,
    once(() => engineRules(settings)),
  );
  components.register(
    API_RULES,
    once(() => apiRules(settings)),
  );
  components.register(
    CONSOLE,
    once(() => consoleRules(settings)),
  );
  return components;
};
