import type { Execute } from "#adapters/postgres/execute.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { Participant } from "#core/domain/conversation.ts";

export interface WriteContext {
  readonly execute: Execute;
  readonly index: BlindIndex;
  readonly sealed: SealedValues;
}

export const insertParticipant = async (
  { execute, index, sealed }: WriteContext,
  conversationId: string,
  side: number,
  participant: Participant,
): Promise<void> => {
  await execute(
    `insert into participant (id, conversation_id, side, number_index, virtual_number, details)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      participant.id,
      conversationId,
      side,
      index.ofNumber(participant.number),
      participant.virtualNumber,
      sealed.sealParticipant(participant.id, participant),
    ],
  );
};
