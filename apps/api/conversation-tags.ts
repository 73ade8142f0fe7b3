import type { Conversation } from "#core/domain/conversation.ts";
import type { Answer } from "./answers.ts";
import { showConversation } from "./representations.ts";
import type { ApiUseCases } from "./use-cases.ts";

/**
 * The tag of a conversation as it is shown: its version, and when somebody last texted, which changes the answer and not the version.
 */
export const tagOf = ({ version, lastMessageAt, unreadable }: Conversation): string =>
  `"${version}${lastMessageAt === null ? "" : `-${lastMessageAt.toString(36)}`}${unreadable ? "-unreadable" : ""}"`;

/** A conversation, with its tag. */
export const conversationAnswer = async (
  { serviceNames }: Pick<ApiUseCases, "serviceNames">,
  status: 200 | 201,
  conversation: Conversation,
): Promise<Answer> => ({
  status,
  body: showConversation(await serviceNames())(conversation),
  headers: { ETag: tagOf(conversation) },
});
