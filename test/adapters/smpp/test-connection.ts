import { createRedeliveries, type Redeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { createSmppConnection } from "#adapters/smpp/session/connection.ts";
import type { DownReason, SubmitOutcome } from "#adapters/smpp/session/output.ts";
import type { SessionTimes } from "#adapters/smpp/session/settings.ts";
import type { ConnectionSettings, SmppConnection } from "#adapters/smpp/session/smpp-connection.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";

/** Long enough for a busy machine, short enough for a test. */
export const quickTimes: SessionTimes = {
  connectMs: 400,
  tlsMs: 400,
  bindMs: 150,
  enquireMs: 10_000,
  enquireAnswerMs: 150,
  responseMs: 150,
  lateMs: 10_000,
  stallMs: 5_000,
  faultDrainMs: 200,
  pduReadMs: 150,
  confirmDelayMs: 20,
  confirmMs: 40,
  unbindMs: 50,
};

export const quickReconnect = { firstMs: 20, mostMs: 40, steadyMs: 10_000, ghostMs: 300, credentialsMs: 700 };

export interface Recorded {
  readonly connection: SmppConnection<string>;
  readonly delivered: Delivery[];
  readonly outcomes: Map<string, SubmitOutcome>;
  readonly late: Map<string, SubmitOutcome>;
  readonly downs: {
    readonly reason: DownReason;
    readonly inMs: number | undefined;
    readonly alarm: boolean;
  }[];
  readonly malformed: string[];
  readonly faults: unknown[];
}

export type Overrides = Partial<Omit<ConnectionSettings, "endpoint">> & {
  readonly tls?: { readonly ca?: string; readonly servername?: string };
  readonly host?: string;
  /** Answers every delivery at once with this status; absent: the test answers. */
  readonly answer?: number;
  readonly onDeliver?: (delivery: Delivery) => void;
  readonly redeliveries?: Redeliveries;
};

/** A connection with quick timers that records everything it reports. */
export const testConnection = (port: number, overrides: Overrides = {}): Recorded => {
  const {
    tls,
    host = "127.0.0.1",
    answer,
    onDeliver,
    redeliveries = createRedeliveries(),
    ...settings
  } = overrides;
  const recorded: Omit<Recorded, "connection"> = {
    delivered: [],
    outcomes: new Map(),
    late: new Map(),
    downs: [],
    malformed: [],
    faults: [],
  };
  const connection = createSmppConnection<string>(
    {
      profile: VONAGE,
      endpoint: { host, port, ...(tls === undefined ? {} : { tls }) },
      credentials: { systemId: "me", password: "secret", systemType: "inbound" },
      bindType: "transceiver",
      ...settings,
      times: { ...quickTimes, ...settings.times },
      reconnect: { ...quickReconnect, ...settings.reconnect },
    },
    {
      onDeliver(delivery) {
        recorded.delivered.push(delivery);
        delivery.key ??= { key: `${delivery.session}:${recorded.delivered.length}`, at: 0 };
        if (answer !== undefined) connection.answer(delivery, answer);
        onDeliver?.(delivery);
      },
      onOutcome: (context, outcome) => recorded.outcomes.set(context, outcome),
      onLateOutcome: (context, outcome) => recorded.late.set(context, outcome),
      onDown: (reason, next) =>
        recorded.downs.push({ reason, inMs: next?.inMs, alarm: next?.alarm ?? false }),
      onMalformed: (_, reason) => recorded.malformed.push(reason),
      onFault: (error) => recorded.faults.push(error),
    },
    redeliveries,
  );
  return { connection, ...recorded };
};
