import type { InboundMessage } from "./inbound-message.ts";
import type { HookAddress } from "./policy.ts";

/** That a service lets an app of its own see the texts that reach nobody: it may open a conversation for them. */
export interface OutOfSessionRule extends HookAddress {
  /** How long an answer is waited for, in milliseconds (1 or more). */
  readonly timeoutMs: number;
}

const PREFIX = "stranger:";

/**
 * What stands for a conversation while texts of a stranger wait: they are asked about one after the other. It holds numbers, so it is
 * told to nobody. Ends as ids do, by which work is shared out.
 */
export const strangerTalk = ({ from, to }: InboundMessage): string => {
  let hash = 0;
  for (const digit of `${from}${to}`) hash = (31 * hash + digit.charCodeAt(0)) % 65_521;
  return `${PREFIX}${from}>${to}#${(hash % 256).toString(16).padStart(2, "0")}`;
};

export const isStrangerTalk = (conversationId: string): boolean => conversationId.startsWith(PREFIX);
