/** Vonage counts in intervals of a second that start at the first message ("MAX [ 30 ] INTERVAL [ 1000 ]"). */
const INTERVAL_MS = 1_000;

export interface RateLimit {
  /** 0 when the message may pass, else how long to wait (ms). A limit of 0 is no limit. */
  readonly take: (perSecond: number) => number;
}

export const rateLimit = (now: () => number = () => performance.now()): RateLimit => {
  let startedAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    take: (perSecond) => {
      if (perSecond <= 0) return 0;
      const at = now();
      if (at - startedAt >= INTERVAL_MS) {
        startedAt = at;
        count = 0;
      }
      count += 1;
      return count <= perSecond ? 0 : Math.max(1, Math.ceil(startedAt + INTERVAL_MS - at));
    },
  };
};

/** The most events seen in any window of one second, wherever it starts. */
export interface PeakMeter {
  readonly mark: () => void;
  readonly peak: () => number;
  readonly reset: () => void;
}

export const peakMeter = (now: () => number = () => performance.now()): PeakMeter => {
  let times: number[] = [];
  let oldest = 0;
  let peak = 0;
  return {
    mark: () => {
      const at = now();
      times.push(at);
      while (times[oldest]! <= at - INTERVAL_MS) oldest += 1;
      peak = Math.max(peak, times.length - oldest);
      if (oldest > 65_536) {
        times = times.slice(oldest);
        oldest = 0;
      }
    },
    peak: () => peak,
    reset: () => {
      times = [];
      oldest = 0;
      peak = 0;
    },
  };
};
