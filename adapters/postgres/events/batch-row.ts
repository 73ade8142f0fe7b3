/** A row of the log as it is read. */
export interface BatchRow {
  readonly era: number;
  readonly xid: string;
  readonly position: string;
  readonly sent: readonly string[] | null;
  readonly ended: readonly string[] | null;
  readonly received: readonly string[] | null;
  readonly told: readonly unknown[] | null;
  readonly unsettled: boolean;
}
