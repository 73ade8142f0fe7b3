import type { Registry } from "prom-client";
import type { SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import { LINK } from "#apps/process/metrics/link-metrics.ts";
import { counter, gauge, type Labels, type Values } from "#apps/process/metrics/metric-kinds.ts";

export const bindMetrics = (registry: Registry, binds: readonly SmppLink[]): void => {
  const labelsOf = ({ name, direction }: SmppLink): Labels => ({ link: name, direction });
  const each =
    (value: (details: ReturnType<SmppLink["details"]>) => number): Values =>
    () =>
      binds.map((bind) => [labelsOf(bind), value(bind.details())] as const);
  const byKind =
    (label: string, counts: (bind: SmppLink) => Iterable<readonly [kind: unknown, count: number]>): Values =>
    () =>
      binds.flatMap((bind) =>
        [...counts(bind)].map(
          ([kind, count]) => [{ ...labelsOf(bind), [label]: String(kind) }, count] as const,
        ),
      );
  gauge(
    registry,
    "bind_up",
    "Whether the bind is there",
    LINK,
    each(({ state }) => Number(state === "bound")),
  );
  gauge(
    registry,
    "bind_waiting",
    "Texts and receipts without our answer",
    LINK,
    each(({ waiting }) => waiting),
  );
  gauge(
    registry,
    "bind_certificate_expires_timestamp_seconds",
    "When the certificate that the carrier showed last expires, in seconds since the epoch",
    LINK,
    () =>
      binds.flatMap((bind) => {
        const { certificateExpiresAt: at } = bind.details();
        return at === null ? [] : [[labelsOf(bind), at / 1_000] as const];
      }),
  );
  counter(
    registry,
    "bind_delivered",
    "Texts and receipts received",
    LINK,
    each(({ counts }) => counts.delivered),
  );
  counter(
    registry,
    "bind_repeated",
    "Deliveries recognised as redeliveries",
    LINK,
    each(({ repeated }) => repeated),
  );
  counter(
    registry,
    "bind_malformed",
    "PDUs that could not be read as a whole",
    LINK,
    each(({ counts }) => counts.malformed),
  );
  counter(
    registry,
    "bind_overloaded",
    "Deliveries put off: too many waiting",
    LINK,
    each(({ counts }) => counts.overloaded),
  );
  counter(
    registry,
    "bind_connections",
    "Connections since the start",
    LINK,
    each(({ connections }) => connections),
  );
  counter(
    registry,
    "bind_refused",
    "Messages refused, by the status of the answer",
    [...LINK, "status"],
    byKind("status", (bind) => bind.refusals()),
  );
  counter(
    registry,
    "bind_downs",
    "Binds that ended or did not come about, by status or reason",
    [...LINK, "reason"],
    byKind("reason", (bind) => bind.details().downs),
  );
  counter(
    registry,
    "bind_ignored",
    "Deliveries acknowledged that go no further, by reason",
    [...LINK, "reason"],
    byKind("reason", (bind) => bind.ignored()),
  );
};
