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

/**
 * More loops at once are known by their pace: both sides have written so many texts more than one in each {@link PACE_MS}. No two people
 * do, on and on; one of them may.
 */
export const PACE_TEXTS = LOOP_TEXTS / 2;
export const PACE_MS = 3_000;

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

/** In the place of a time: there is none. */
const NEVER = -1;

/** What is kept of one side of a conversation. */
interface Side {
  /** Its last text. */
  lastAt: number;
  /**
   * When its texts were received that the other side has not answered yet. Two, as two loops run at once in a conversation when texts of
   * ours went to both machines.
   */
  olderOpenAt: number;
  newerOpenAt: number;
  /** Its quickest and slowest answer in the steady run. */
  quickestMs: number;
  slowestMs: number;
  /** Its texts, less one for each {@link PACE_MS} since: as of its last text. */
  pace: number;
}

/**
 * What is kept of a conversation: a few numbers, the same for the same texts whenever they are observed. It holds nothing of what
 * was said. It is changed in place, as every text of everybody comes by here.
 */
export interface PingPongState {
  readonly a: Side;
  readonly b: Side;
  last: Direction | null;
  /** Quick answers in a row, less than {@link LOOP_TEXTS}. */
  quickRun: number;
  /** Regular answers strictly in turn, less than {@link LOOP_TEXTS}. */
  steadyRun: number;
  /** Since when and until when both directions are closed. */
  heldSince: number;
  heldUntil: number;
}

const newSide = (): Side => ({
  lastAt: NEVER,
  olderOpenAt: NEVER,
  newerOpenAt: NEVER,
  quickestMs: 0,
  slowestMs: 0,
  pace: 0,
});

export const newPingPong = (): PingPongState => ({
  a: newSide(),
  b: newSide(),
  last: null,
  quickRun: 0,
  steadyRun: 0,
  heldSince: NEVER,
  heldUntil: NEVER,
});

/**
 * Takes a text of the conversation into account. Texts are given in the order in which they were received; one that claims to be
 * earlier counts as simultaneous. App messages and notices of ours are not given: nobody is waiting for them.
 */
export const observe = (state: PingPongState, direction: Direction, at: number): PingPongResult => {
  if (state.heldUntil !== NEVER) {
    if (at < state.heldUntil) {
      const latest = state.heldSince + HOLD_MAX_MS;
      state.heldUntil = Math.max(state.heldUntil, Math.min(at + HOLD_SILENCE_MS, latest));
      return "loop";
    }
    Object.assign(state, newPingPong());
  }
  count(state, direction, at);
  // breakage: loops-by-turns-alone
  const isFast = paceOf(state.a, at) >= PACE_TEXTS && paceOf(state.b, at) >= PACE_TEXTS;
  if (!isFast && state.quickRun < LOOP_TEXTS && state.steadyRun < LOOP_TEXTS) return "pass";
  Object.assign(state, newPingPong(), { heldSince: at, heldUntil: at + HOLD_MS });
  return "loop";
};

/** Whether both directions are closed at that time. */
export const isHeld = ({ heldUntil }: PingPongState, at: number): boolean => at < heldUntil;

/** The state after texts that were stored, in their order. The last {@link LOOP_TEXTS} of a conversation are enough to go on from. */
export const pingPongAfter = (texts: readonly ObservedText[]): PingPongState => {
  const state = newPingPong();
  for (const { direction, at } of texts) observe(state, direction, at);
  return state;
};

const paceOf = ({ lastAt, pace }: Side, at: number): number =>
  lastAt === NEVER ? 0 : Math.max(0, pace - Math.max(0, at - lastAt) / PACE_MS);

const count = (state: PingPongState, direction: Direction, at: number): void => {
  const [own, other] = direction === "a" ? [state.a, state.b] : [state.b, state.a];
  countSteady(state, direction, own, other, at);
  countQuick(state, own, other, at);
  own.pace = paceOf(own, at) + 1;
  if (at > own.lastAt) own.lastAt = at;
  state.last = direction;
};

/**
 * Machines answer each text with one: a text answers the oldest one of the other side that has no answer, and is then without one
 * itself. People leave texts without an answer: once that has lasted too long, or has happened too often, a run begins anew.
 */
const countQuick = (state: PingPongState, own: Side, other: Side, at: number): void => {
  const isAnswer = other.olderOpenAt !== NEVER;
  if (isLate(own, at) || isLate(other, at) || (!isAnswer && own.newerOpenAt !== NEVER)) {
    state.quickRun = 1;
    own.olderOpenAt = at;
    own.newerOpenAt = other.olderOpenAt = other.newerOpenAt = NEVER;
    return;
  }
  state.quickRun += 1;
  if (own.olderOpenAt === NEVER) own.olderOpenAt = at;
  else own.newerOpenAt = at;
  other.olderOpenAt = other.newerOpenAt;
  other.newerOpenAt = NEVER;
};

const isLate = ({ olderOpenAt, newerOpenAt }: Side, at: number): boolean =>
  (olderOpenAt !== NEVER && at - olderOpenAt > ANSWER_MS) ||
  (newerOpenAt !== NEVER && at - newerOpenAt > ANSWER_MS);

const countSteady = (
  state: PingPongState,
  direction: Direction,
  own: Side,
  other: Side,
  at: number,
): void => {
  if (other.lastAt === NEVER || at - other.lastAt > STEADY_ANSWER_MS || state.last === direction) {
    state.steadyRun = 1;
    own.quickestMs = own.slowestMs = other.quickestMs = other.slowestMs = 0;
    return;
  }
  const pace = Math.max(STEADY_FLOOR_MS, at - other.lastAt);
  const quickest = own.quickestMs === 0 ? pace : Math.min(own.quickestMs, pace);
  const slowest = Math.max(own.slowestMs, pace);
  const isSteady = slowest <= quickest * STEADY_RATIO;
  state.steadyRun = isSteady ? state.steadyRun + 1 : 2;
  own.quickestMs = isSteady ? quickest : pace;
  own.slowestMs = isSteady ? slowest : pace;
};
