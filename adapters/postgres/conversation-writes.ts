import { type Conversation, endOf, type Participant } from "#core/domain/conversation.ts";
import type { BlindIndex } from "./blind-index.ts";
import type { Execute } from "./database.ts";
import type { SealedValues } from "./sealed-values.ts";

export interface WriteContext {
  readonly execute: Execute;
  readonly index: BlindIndex;
  readonly sealed: SealedValues;
}

/** False when a conversation of this id is there already. */
export const insertConversation = async (
  { execute, index, sealed }: WriteContext,
  conversation: Conversation,
): Promise<boolean> => {
  const { id, reference, metadata, openedAt, expiresAt, idleTtlMs } = conversation;
  const written = await execute(
    `insert into conversation (id, reference_index, geo_match, sticky, opened_at, expires_at, idle_ttl_ms, check_at, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing returning 1`,
    [
      id,
      reference === null ? null : index.of("reference", reference),
      conversation.geoMatch,
      conversation.sticky,
      openedAt,
      expiresAt,
      idleTtlMs,
      endOf(conversation)?.at ?? null,
      sealed.sealConversation(id, { reference, metadata }),
    ],
  );
  return written.length > 0;
};

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
