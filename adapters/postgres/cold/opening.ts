import { inTransaction, withConnection } from "#adapters/postgres/connection.ts";
import { tell } from "#adapters/postgres/events/tell.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { batched } from "#adapters/postgres/hot/batched.ts";
import { enqueue } from "#adapters/postgres/hot/outbound-queue.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { openedEvent } from "#core/domain/conversation-events.ts";
import type { Opening } from "#core/domain/opening.ts";
import type { OpeningOutcome } from "#core/ports/conversations.ts";
import { sharedLocksOf } from "./blocks.ts";
import type { ConversationsContext } from "./conversations-context.ts";
import { failuresOf, OPEN, type OpenRow, openingParameters } from "./opening-statement.ts";
import { SHARED_POOL_LOCK } from "./route-writes.ts";

/** Until it is committed, a batch holds a lock for each participant; a server has 6,400, unless it is set otherwise. */
const BATCH_MAX = 64;

type Outcomes = ReadonlyMap<Opening, OpeningOutcome>;

/**
 * What is opened at the same time shares a transaction, and still has each its own outcome: where one cannot be opened, nothing is
 * written, and the others are written again without it.
 */
export const openConversation = (
  context: ConversationsContext,
): ((opening: Opening) => Promise<OpeningOutcome>) =>
  batched(BATCH_MAX, async (openings) => {
    const blind = await context.index();
    const outcomes = new Map<Opening, OpeningOutcome>();
    for (let left = openings; left.length > 0; left = left.filter((each) => !outcomes.has(each))) {
      const apart = withoutRivals(left);
      const failed = await write(context, blind, apart);
      const known = failed.size > 0 ? failed : outcomesBeside(apart, left);
      for (const [opening, outcome] of known) outcomes.set(opening, outcome);
    }
    for (const [{ conversation }, { kind }] of outcomes) {
      if (kind !== "opened") continue;
      for (const { virtualNumber } of conversation.participants) context.pool.count(virtualNumber);
    }
    return openings.map((opening) => outcomes.get(opening)!);
  });

/** What only one of several can have, and what the others are told. */
const claimsOf = ({ conversation, routes }: Opening): readonly (readonly [string, OpeningOutcome])[] => {
  const { id, serviceId, reference } = conversation;
  return [
    [`id ${id}`, { kind: "exists" }],
    ...(reference === null
      ? []
      : [[`reference ${serviceId} ${reference}`, { kind: "reference-in-use" }] as const]),
    ...routes.map(
      ({ sender, virtualNumber }) => [`pair ${sender} ${virtualNumber}`, { kind: "conflict" }] as const,
    ),
  ];
};

/** The first of those that want the same. */
const withoutRivals = (openings: readonly Opening[]): readonly Opening[] => {
  const claimed = new Set<string>();
  return openings.filter((opening) => {
    const claims = claimsOf(opening);
    if (claims.some(([what]) => claimed.has(what))) return false;
    for (const [what] of claims) claimed.add(what);
    return true;
  });
};

/** Once `opened` are: what became of their rivals is clear without asking. */
const outcomesBeside = (opened: readonly Opening[], all: readonly Opening[]): Outcomes => {
  const outcomes = new Map<Opening, OpeningOutcome>(opened.map((each) => [each, { kind: "opened" }]));
  const rivals = all.filter((each) => !outcomes.has(each));
  const claimed = new Set(rivals.length > 0 ? opened.flatMap(claimsOf).map(([what]) => what) : []);
  for (const rival of rivals) outcomes.set(rival, claimsOf(rival).find(([what]) => claimed.has(what))![1]);
  return outcomes;
};

/** Writes all of them, or none and answers those that could not be. */
const write = async (
  { connections, sealed }: ConversationsContext,
  index: BlindIndex,
  openings: readonly Opening[],
): Promise<Outcomes> => {
  const participants = openings.flatMap(({ conversation }) => conversation.participants);
  const locks = [SHARED_POOL_LOCK, sharedLocksOf(participants.map(({ number }) => index.ofNumber(number)))];
  try {
    await withConnection(connections, (connection) => {
      const execute = executeOn(connection);
      const work = async (): Promise<void> => {
        const [row] = await execute<OpenRow>(OPEN, openingParameters({ index, sealed }, openings));
        const failed = await failuresOf(execute, index, row!, openings);
        if (failed.size > 0) throw new Undone(failed);
        await enqueue(
          execute,
          sealed,
          openings.flatMap(({ intros }) => intros),
        );
        await tell(
          execute,
          openings.map(({ conversation }) => openedEvent(conversation)),
        );
      };
      return inTransaction(connection, work, locks);
    });
    return new Map();
  } catch (error) {
    if (error instanceof Undone) return error.failed;
    throw error;
  }
};

/** Leaves the transaction, which is rolled back. */
class Undone extends Error {
  readonly failed: Outcomes;

  constructor(failed: Outcomes) {
    super("Not all of them can be opened");
    this.failed = failed;
  }
}
