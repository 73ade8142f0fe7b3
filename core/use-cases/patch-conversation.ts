import type { Conversation } from "#core/domain/conversation.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";

export interface PatchConversationPorts {
  readonly conversations: Pick<Conversations, "patch">;
  readonly clock: Clock;
}

/** A field that is absent stays as it is; null takes the limit away. */
export interface PatchConversationInput {
  readonly id: string;
  /** Milliseconds from now until the conversation ends. */
  readonly ttlMs?: number | null | undefined;
  /** Milliseconds without a text after which the conversation ends. */
  readonly idleTtlMs?: number | null | undefined;
  /** Takes the place of all that was there. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Only if the conversation has one of these; null: whatever it has. */
  readonly versions: readonly number[] | null;
}

export type PatchConversationOutcome =
  | { readonly kind: "patched"; readonly conversation: Conversation }
  | { readonly kind: "not-found" }
  | { readonly kind: "closed" }
  | { readonly kind: "version-mismatch" };

/** Changes how long an open conversation lasts, or its metadata. */
export const patchConversation =
  ({ conversations, clock }: PatchConversationPorts) =>
  async ({
    id,
    ttlMs,
    idleTtlMs,
    metadata,
    versions,
  }: PatchConversationInput): Promise<PatchConversationOutcome> => {
    const change = {
      ...(ttlMs !== undefined && { expiresAt: ttlMs === null ? null : clock.now() + ttlMs }),
      ...(idleTtlMs !== undefined && { idleTtlMs }),
      ...(metadata !== undefined && { metadata }),
    };
    const conversation = await conversations.patch(id, change, versions);
    if (conversation === null) return { kind: "not-found" };
    return typeof conversation === "string" ? { kind: conversation } : { kind: "patched", conversation };
  };
