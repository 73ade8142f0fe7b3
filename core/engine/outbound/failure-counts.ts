/** How often a link failed with a code. */
export interface FailureCount {
  /** `none`: it ended before any link took it. `receipt`: a carrier said so later. */
  readonly link: string;
  readonly code: string;
  readonly count: number;
}

export interface FailureCounts {
  add(link: string, code: string): void;
  counts(): readonly FailureCount[];
}

/** Kinds that are told apart; what comes beyond them counts as `other`. */
const KINDS_MAX = 500;

/** Counts failures by link and code, since the process started. `told` hears of each. */
export const createFailureCounts = (told: (link: string, code: string) => void): FailureCounts => {
  const kinds = new Map<string, { link: string; code: string; count: number }>();
  const kindOf = (link: string, code: string) => {
    const key = `${link} ${code}`;
    const kind = kinds.get(key) ?? { link, code, count: 0 };
    kinds.set(key, kind);
    return kind;
  };
  return {
    add: (link, code) => {
      const isKnown = kinds.has(`${link} ${code}`);
      const kind = isKnown || kinds.size < KINDS_MAX ? kindOf(link, code) : kindOf("other", "other");
      kind.count += 1;
      told(link, code);
    },
    counts: () => [...kinds.values()].map((kind) => ({ ...kind })),
  };
};
