import type { Conversation, FoundMessage, Message } from "#apps/client/main.ts";
import { type Command, LIMITED, limitOf, type Shown, take } from "#apps/ops/command.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

const conversationTable = (conversations: readonly Conversation[]): readonly string[] =>
  tableOf(conversations, [
    ["id", ({ id }) => id],
    ["state", ({ state }) => state],
    ["reference", ({ reference }) => reference],
    ["participants", ({ participants }) => participants.map(({ name, number }) => name ?? number)],
    ["opened", ({ openedAt }) => openedAt],
    ["last message", ({ lastMessageAt }) => lastMessageAt],
  ]);

const messageTable = (messages: readonly (Message | FoundMessage)[]): readonly string[] =>
  tableOf(messages, [
    ["id", ({ id }) => id],
    ["state", ({ state }) => state],
    ["link", ({ link }) => link],
    ["received", ({ receivedAt }) => receivedAt],
    ["failure", ({ failure }) => failure?.code],
    ["text", ({ text }) => text],
  ]);

const conversationLines = (conversation: Conversation): readonly string[] => [
  ...fieldsOf({
    conversation: conversation.id,
    service: conversation.service,
    reference: conversation.reference,
    state: conversation.state,
    opened: conversation.openedAt,
    expires: conversation.expiresAt,
    closed: conversation.closedAt,
    "close reason": conversation.closeReason,
  }),
  "",
  ...tableOf(conversation.participants, [
    ["participant", ({ id }) => id],
    ["name", ({ name }) => name],
    ["number", ({ number }) => number],
    ["virtual number", ({ virtualNumber }) => virtualNumber],
  ]),
];

const shownMessage = (message: Message): Shown => ({
  data: message,
  lines: fieldsOf({
    message: message.id,
    conversation: message.conversationId,
    from: message.sender,
    to: message.recipient,
    state: message.state,
    failure: message.failure && `${message.failure.code}: ${message.failure.detail}`,
    link: message.link,
    segments: message.segments,
    attempts: message.attempts,
    received: message.receivedAt,
    sent: message.sentAt,
    ended: message.finalAt,
    "retry of": message.retryOf,
    "retried as": message.retriedAs,
    text: message.text,
  }),
});

export const CONVERSATION_COMMANDS: readonly Command[] = [
  {
    words: "find",
    takes: [{ name: "ANYTHING" }],
    options: LIMITED,
    about: "What belongs to a number, a reference, or the id of a conversation or a message",
    run: async (given, { client, show }) => {
      const [what] = given.args as [string];
      const limit = limitOf(given);
      if (what.startsWith("msg_")) {
        show(shownMessage(await client.messages.get(what)));
        return true;
      }
      if (what.startsWith("cnv_")) {
        const conversation = await client.conversations.get(what);
        show({ data: conversation, lines: conversationLines(conversation) });
        return true;
      }
      const isNumber = /^\+?[\d\s().-]{7,}$/.test(what);
      const conversations = await take(
        client.conversations.search(isNumber ? { participant: what } : { reference: what }),
        limit,
      );
      const messages = isNumber ? await take(client.messages.search({ number: what }), limit) : [];
      show({
        data: { conversations, messages },
        lines: [
          "Conversations",
          ...conversationTable(conversations),
          ...(isNumber ? ["", "Messages", ...messageTable(messages)] : []),
        ],
      });
      return true;
    },
  },
  {
    words: "conversation show",
    takes: [{ name: "ID" }],
    options: LIMITED,
    about: "A conversation with its participants and texts",
    run: async (given, { client, show }) => {
      const [id] = given.args as [string];
      const conversation = await client.conversations.get(id);
      const messages = await take(client.conversations.messages(id), limitOf(given));
      show({
        data: { ...conversation, messages },
        lines: [...conversationLines(conversation), "", ...messageTable(messages)],
      });
      return true;
    },
  },
  {
    words: "conversation close",
    takes: [{ name: "ID" }],
    options: { reason: { value: "TEXT", about: "Why, for whoever looks at it later" } },
    about: "Ends a conversation: its numbers go into quarantine",
    run: async ({ args, options }, { client, show }) => {
      const reason = options.reason as string | undefined;
      const conversation = await client.conversations.close(args[0]!, reason === undefined ? {} : { reason });
      show({ data: conversation, lines: conversationLines(conversation) });
      return true;
    },
  },
  {
    words: "message show",
    takes: [{ name: "ID" }],
    about: "A message, and what has become of it",
    run: async ({ args: [id] }, { client, show }) => {
      show(shownMessage(await client.messages.get(id!)));
      return true;
    },
  },
  {
    words: "message retry",
    takes: [{ name: "ID" }],
    about: "Sends once more what failed for good, as a new message",
    run: async ({ args: [id] }, { client, show }) => {
      show(shownMessage(await client.messages.retry(id!)));
      return true;
    },
  },
];
