import type { Route } from "#core/domain/route.ts";

export const isQuarantined = ({ closedAt, quarantinedUntil }: Route, now: number): boolean =>
  closedAt !== null && quarantinedUntil !== null && quarantinedUntil > now;
