import { createBindJournal } from "#adapters/smpp/delivery/bind-journal.ts";
import { createSmppLink, type LateId, type SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { InboundSink } from "#adapters/smpp/delivery/inbound-sink.ts";
import { healthWithReceiver } from "#adapters/smpp/delivery/link-health.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import type { SmppProfile } from "#adapters/smpp/profile.ts";
import type { BindType } from "#adapters/smpp/protocol/pdu.ts";
import type { ConnectionSettings } from "#adapters/smpp/session/smpp-connection.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import { type CountedLink, countedLink } from "#apps/process/counted-link.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import type { SmppAddress } from "#apps/process/settings/values.ts";
import { WINDOW_MAX } from "#core/domain/link-setting.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import { controlledLink } from "#core/engine/outbound/controlled-link.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import { type AnswerTimes, createAnswerTimes } from "./answer-times.ts";

/** Between one bind and the next: many at once look like an attack. */
const STAGGER_MS = 200;

/** How long a restart waits for the answers that are due. */
const RESTART_DRAIN_MS = 10_000;

/** Texts and receipts of one bind that may wait for their commit: several windows of a fast carrier, a few megabytes. */
const WAITING_MAX = 5_000;

export interface Binds {
  /** Those that send. */
  readonly links: readonly CountedLink[];
  /** Those that only receive, for people to look at. */
  readonly receivers: readonly CountedLink[];
  /** All of them. */
  readonly all: readonly SmppLink[];
  /** By the name of the link. */
  readonly answerTimes: ReadonlyMap<string, AnswerTimes>;
  start(): void;
  /** Accepts nothing new, waits up to `drainMs` for what is in flight, unbinds; resolves when all connections are gone. */
  stop(drainMs: number): Promise<void>;
}

export interface BindsContext {
  readonly sink: InboundSink;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly onLateId: (late: LateId) => void;
  readonly onUnconfirmed: (keys: readonly UnconfirmedKey[]) => void;
}

type SmppSettings = Pick<
  Settings,
  | "smppUrls"
  | "smppSystemId"
  | "smppPassword"
  | "smppSystemType"
  | "smppBind"
  | "smppWindow"
  | "smppMessageId"
  | "smppDefaultAlphabet"
>;

export interface BindTuning {
  readonly times?: NonNullable<ConnectionSettings["times"]>;
  readonly reconnect?: NonNullable<ConnectionSettings["reconnect"]>;
}

/** One transceiver for each address, or a transmitter and a receiver. */
export const createBinds = (
  settings: SmppSettings,
  { journal, ...context }: BindsContext,
  tuning: BindTuning = {},
): Binds => {
  const shared = createRedeliveries();
  const answerTimes = new Map<string, AnswerTimes>();
  const profile: SmppProfile = {
    ...VONAGE,
    messageIdForm: settings.smppMessageId,
    defaultAlphabet: settings.smppDefaultAlphabet,
  };
  const bindTo = ({ host, port, tls }: SmppAddress, name: string, bindType: BindType): SmppLink => {
    const bindJournal = createBindJournal({
      ...{ journal, link: name, direction: bindType, now: () => performance.now() },
      address: `${tls ? "smpps" : "smpp"}://${host}:${port}`,
    });
    const times = createAnswerTimes();
    answerTimes.set(name, times);
    return createSmppLink({
      ...context,
      name,
      connection: {
        endpoint: { host, port, ...(tls ? { tls: {} } : {}) },
        credentials: {
          systemId: settings.smppSystemId ?? "",
          password: settings.smppPassword ?? "",
          systemType: settings.smppSystemType,
        },
        bindType,
        windowMax: WINDOW_MAX.smpp,
        ...tuning,
        waitingMax: WAITING_MAX,
      },
      profile,
      redeliveries: shared,
      ...bindJournal,
      onMalformed: (commandId, reason) => journal.pduMalformed({ link: name, commandId, reason }),
      onIgnored: (reason) => journal.deliveryIgnored({ link: name, reason }),
      onSubmitAnswer: (ms) => times.submit.observe(ms / 1_000),
      onDeliverAnswer: (ms) => times.deliver.observe(ms / 1_000),
      onFault: (error) => journal.linkFaulted({ link: name, error }),
    });
  };
  const groups = settings.smppUrls.map((address, index) => {
    const name = `smpp-${index + 1}`;
    return settings.smppBind === "pair"
      ? [bindTo(address, name, "transmitter"), bindTo(address, `${name}-in`, "receiver")]
      : [bindTo(address, name, "transceiver")];
  });
  const all = groups.flat();
  let starting: NodeJS.Timeout[] = [];
  return {
    links: groups.map(([sender, receiver]) =>
      countedLink(
        controlledLink(
          receiver === undefined
            ? sender!
            : { ...sender!, health: () => healthWithReceiver(sender!.health(), receiver.health()) },
          {
            clock: context.clock,
            window: settings.smppWindow,
            restart: async () => {
              await Promise.all([sender!, receiver].map((bind) => bind?.restart(RESTART_DRAIN_MS)));
            },
          },
        ),
      ),
    ),
    receivers: groups.flatMap(([, receiver]) => (receiver === undefined ? [] : [countedLink(receiver)])),
    all,
    answerTimes,
    start: () => {
      starting = all.map((link, index) => setTimeout(() => link.start(), index * STAGGER_MS));
    },
    stop: async (drainMs) => {
      for (const timer of starting) clearTimeout(timer);
      await Promise.all(all.map((link) => link.stop(drainMs)));
    },
  };
};
