import type { Conversation } from "#core/domain/conversation.ts";
import type { Answer } from "./answers.ts";
import { showConversation } from "./representations.ts";

/**
 * The tag of a conversation as it is shown: its version, and when somebody last texted, which changes the answer and not the version.
 */
export const tagOf = ({ version, lastMessageAt, unreadable }: Conversation): string =>
  `"${version}${lastMessageAt === null ? "" : `-${lastMessageAt.toString(36)}`}${unreadable ? "-unreadable" : ""}"`;

/** A conversation, with its tag. */
export const conversationAnswer = (status: 200 | 201, conversation: Conversation): Answer => ({
  status,
  body: showConversation(conversation),
  headers: { ETag: tagOf(conversation) },
});

/** The versions that `If-Match` allows; null: any. What is no tag of ours allows none. */
export const versionsIn = (ifMatch: string | undefined): readonly number[] | null => {
  if (ifMatch === undefined || ifMatch.trim() === "*") return null;
  return [...ifMatch.matchAll(/(?<!W\/)"(\d{1,15})(?:-[\w-]*)?"/g)].map(([, version]) => Number(version));
};
