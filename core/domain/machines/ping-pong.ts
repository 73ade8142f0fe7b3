/**
 * Two machines that answer each other's texts through us never stop by themselves, and what they say may differ each time. What gives
 * them away is that every text follows soon after one of the other side, on and on. People write two texts in a row, pause to
 * read, think and type, and put the phone away: what one of them does for a few texts, both never do for as many as these.
 */

/** A text so soon after the last one of the other side may be a machine's: its own delay and both ways through the networks. */
export const ANSWER_MS = 10_000;

/**
 * So many such texts in a row are machines. A quick exchange of a dozen texts from each side is well below. Of people who answer in 8 s
 * at the median, six answers in ten come in time: as many in a row come once in fifty million.
 */
export const LOOP_TEXTS = 36;

/** So many loops may run at once in a conversation, as when texts of ours went to both machines. */
export const LOOPS_MAX = 2;

/** Slower machines are known by how regular they are: up to this after the last text of the other side, … */
export const STEADY_ANSWER_MS = 60_000;

/** … strictly in turn, and each side's slowest answer within this ratio of its quickest. People's vary tenfold. */
export const STEADY_RATIO = 2.5;

/** Below this, networks vary more than machines do. */
const STEADY_FLOOR_MS = 1_000;

/** Both directions stay closed for so long after a loop was found: what is under way has arrived by then. */
export const HOLD_MS = 60_000;

/** A text that comes meanwhile prolongs this: it ends after such a silence, … */
export const HOLD_SILENCE_MS = 20_000;

/** … or at the latest so long after it began: people who came upon a closed line are heard again. */
export const HOLD_MAX_MS = 10 * 60_000;

/** From which of the two participants a text comes: any two fixed names. */
export type Direction = "a" | "b";

export interface ObservedText {
  readonly direction: Direction;
  /** When it was received: milliseconds since the epoch. */
  readonly at: number;
}

/** `loop`: the text is part of a loop and is not to be relayed. */
export type PingPongResult = "pass" | "loop";

/** What is kept of one side of a conversation. */
interface Side {
  /** Its last text; null before the first. */
  readonly lastAt: number | null;
  /** When its texts were received that the other side has not answered yet: at most {@link LOOPS_MAX}, oldest first. */
  readonly unanswered: readonly number[];
  /** Its quickest and slowest answer in the steady run. */
  readonly quickestMs: number;
  readonly slowestMs: number;
}

/**
 * What is kept of a conversation: a few numbers, the same for the same texts whenever they are observed. It holds nothing of what
 * was said.
 */
export interface PingPongState {
  readonly sides: Readonly<Record<Direction, Side>>;
  readonly last: Direction | null;
  /** Quick answers in a row, less than {@link LOOP_TEXTS}. */
  readonly quickRun: number;
  /** Regular answers strictly in turn, less than {@link LOOP_TEXTS}. */
  readonly steadyRun: number;
  /** While both directions are closed: since when and until when; else null. */
  readonly held: { readonly since: number; readonly until: number } | null;
}

const NEW_SIDE: Side = { lastAt: null, unanswered: [], quickestMs: 0, slowestMs: 0 };

export const newPingPong: PingPongState = {
  sides: { a: NEW_SIDE, b: NEW_SIDE },
  last: null,
  quickRun: 0,
  steadyRun: 0,
  held: null,
};

/**
 * Takes a text of the conversation into account. Texts are given in the order in which they were received; one that claims to be
 * earlier counts as simultaneous. App messages and notices of ours are not given: nobody is waiting for them.
 */
export const observe = (
  state: PingPongState,
  { direction, at }: ObservedText,
): { readonly state: PingPongState; readonly result: PingPongResult } => {
  if (state.held !== null && at < state.held.until) {
    const latest = state.held.since + HOLD_MAX_MS;
    const until = Math.max(state.held.until, Math.min(at + HOLD_SILENCE_MS, latest));
    return { state: { ...state, held: { since: state.held.since, until } }, result: "loop" };
  }
  const next = afterText(state.held === null ? state : newPingPong, direction, at);
  if (next.quickRun < LOOP_TEXTS && next.steadyRun < LOOP_TEXTS) return { state: next, result: "pass" };
  return { state: { ...newPingPong, held: { since: at, until: at + HOLD_MS } }, result: "loop" };
};

/** The state after texts that were stored, in their order. The last {@link LOOP_TEXTS} of a conversation are enough to go on from. */
export const pingPongAfter = (texts: readonly ObservedText[]): PingPongState =>
  texts.reduce((state, text) => observe(state, text).state, newPingPong);

const afterText = (state: PingPongState, direction: Direction, at: number): PingPongState => {
  const own = state.sides[direction];
  const other = state.sides[otherOf(direction)];
  const quick = quickRunAfter(state.quickRun, own, other, at);
  const steady = steadyRunAfter(state, direction, at);
  const isSteady = steady.run > 1;
  const ownAfter: Side = {
    lastAt: Math.max(own.lastAt ?? at, at),
    unanswered: quick.own,
    quickestMs: steady.quickestMs,
    slowestMs: steady.slowestMs,
  };
  const otherAfter: Side = {
    lastAt: other.lastAt,
    unanswered: quick.other,
    quickestMs: isSteady ? other.quickestMs : 0,
    slowestMs: isSteady ? other.slowestMs : 0,
  };
  const sides = direction === "a" ? { a: ownAfter, b: otherAfter } : { a: otherAfter, b: ownAfter };
  return { sides, last: direction, quickRun: quick.run, steadyRun: steady.run, held: null };
};

const otherOf = (direction: Direction): Direction => (direction === "a" ? "b" : "a");

interface Quick {
  readonly run: number;
  /** The unanswered texts of the side that wrote, and of the other. */
  readonly own: readonly number[];
  readonly other: readonly number[];
}

/**
 * Machines answer each text with one: a text answers the oldest one of the other side that has no answer, and is then without one
 * itself. People leave texts without an answer: once that has lasted too long, or has happened too often, a run begins anew.
 */
const quickRunAfter = (run: number, own: Side, other: Side, at: number): Quick => {
  const stillOpen = [...own.unanswered, ...other.unanswered];
  const isLate = stillOpen.some((since) => at - since > ANSWER_MS);
  const isAnswer = other.unanswered.length > 0;
  if (isLate || (!isAnswer && stillOpen.length === LOOPS_MAX)) return { run: 1, own: [at], other: [] };
  return { run: run + 1, own: [...own.unanswered, at], other: other.unanswered.slice(1) };
};

interface Steady {
  readonly run: number;
  readonly quickestMs: number;
  readonly slowestMs: number;
}

const steadyRunAfter = (
  { sides, last, steadyRun }: PingPongState,
  direction: Direction,
  at: number,
): Steady => {
  const otherAt = sides[otherOf(direction)].lastAt;
  if (otherAt === null || at - otherAt > STEADY_ANSWER_MS || last === direction) {
    return { run: 1, quickestMs: 0, slowestMs: 0 };
  }
  const pace = Math.max(STEADY_FLOOR_MS, at - otherAt);
  const { quickestMs, slowestMs } = sides[direction];
  const quickest = quickestMs === 0 ? pace : Math.min(quickestMs, pace);
  const slowest = Math.max(slowestMs, pace);
  if (slowest > quickest * STEADY_RATIO) return { run: 2, quickestMs: pace, slowestMs: pace };
  return { run: steadyRun + 1, quickestMs: quickest, slowestMs: slowest };
};
