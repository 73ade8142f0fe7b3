/** What happened on one session, or on all sessions of a connection. */
export interface Counts {
  /** PDUs from the peer. */
  received: number;
  delivered: number;
  submitted: number;
  accepted: number;
  /** Submits whose outcome nobody knows. */
  unknown: number;
  /** Of these, how many were answered after all. */
  late: number;
  malformed: number;
  /** PDUs that did not belong there: no such command, not in this state, no such request. */
  unexpected: number;
  /** deliver_sm answered "throttled" because too many were waiting. */
  overloaded: number;
  /** Refusals by command_status. */
  readonly refused: Map<number, number>;
}

export const createCounts = (): Counts => ({
  received: 0,
  delivered: 0,
  submitted: 0,
  accepted: 0,
  unknown: 0,
  late: 0,
  malformed: 0,
  unexpected: 0,
  overloaded: 0,
  refused: new Map(),
});

export const addCounts = (a: Counts, b: Counts): Counts => {
  const refused = new Map(a.refused);
  for (const [status, count] of b.refused) refused.set(status, (refused.get(status) ?? 0) + count);
  return {
    received: a.received + b.received,
    delivered: a.delivered + b.delivered,
    submitted: a.submitted + b.submitted,
    accepted: a.accepted + b.accepted,
    unknown: a.unknown + b.unknown,
    late: a.late + b.late,
    malformed: a.malformed + b.malformed,
    unexpected: a.unexpected + b.unexpected,
    overloaded: a.overloaded + b.overloaded,
    refused,
  };
};
