import type { Report } from "./report.ts";

/** What the command line says. */
export interface BenchOptions {
  /** How long the measuring may take in all, roughly; preparing comes on top. */
  readonly seconds: number;
  /** Interleaved runs of each variant, of which the median counts. */
  readonly rounds: number;
  /** Where profiles of the gateway's CPU go; undefined: none are made. */
  readonly profileDir: string | undefined;
  /** Progress, for a person. */
  readonly say: (line: string) => void;
}

export type Bench = (options: BenchOptions) => Promise<Report>;

/** Before measuring: code is compiled, plans are made, caches are filled. */
export const WARM_MS = 1_200;
/** Starting and draining the processes of one run. */
const OVERHEAD_MS = 1_500;

/** How long one run may measure, when so many share the time. */
export const measureMs = ({ seconds }: BenchOptions, runs: number): number =>
  Math.max(600, (seconds * 1_000) / runs - WARM_MS - OVERHEAD_MS);
