import { type Command, LIMITED, limitOf, type Shown, take, usageError } from "#apps/ops/command.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

interface ShownErasure {
  readonly id: string;
  readonly person: string;
  readonly state: string;
  readonly certificate: {
    readonly completedAt: string;
    readonly audit: { readonly position: number };
  } | null;
}

const shownErasure = (erasure: ShownErasure): Shown => ({
  data: erasure,
  lines: fieldsOf({
    ...{ id: erasure.id, person: erasure.person, state: erasure.state },
    completed: erasure.certificate?.completedAt ?? null,
    "audit entry": erasure.certificate?.audit.position ?? null,
  }),
});

export const PRIVACY_COMMANDS: readonly Command[] = [
  {
    words: "erase",
    takes: [{ name: "NUMBER" }],
    about: "Forgets a person in all services, and answers the certificate with --json",
    run: async ({ args: [number] }, { client, show }) => {
      show(shownErasure(await client.erasures.request({ number: number! })));
      return true;
    },
  },
  {
    words: "erasure",
    takes: [{ name: "ID" }],
    about: "How far an erasure is, and its certificate with --json",
    run: async ({ args: [id] }, { client, show }) => {
      show(shownErasure(await client.erasures.get(id!)));
      return true;
    },
  },
  {
    words: "export",
    takes: [{ name: "NUMBER" }],
    about: "What a person has written and wished, whole with --json",
    run: async ({ args: [number] }, { client, show }) => {
      const made = await client.exports.make({ number: number! });
      const { conversations, texts, wishes } = made;
      show({
        data: made,
        lines: fieldsOf({
          ...{ conversations: conversations.length, texts: texts.length, wishes: wishes.length },
          cut: made.isCut ? "yes" : "no",
        }),
      });
      return true;
    },
  },
  {
    words: "holds",
    options: LIMITED,
    about: "What retention and erasure leave alone",
    run: async (given, { client, show }) => {
      const holds = await take(client.holds.list(), limitOf(given));
      show({
        data: holds,
        lines: tableOf(holds, [
          ["id", ({ id }) => id],
          ["of", ({ conversationId, person }) => conversationId ?? `person:${person}`],
          ["until", ({ until }) => until],
          ["by", ({ placedBy }) => placedBy],
          ["reason", ({ reason }) => reason],
        ]),
      });
      return true;
    },
  },
  {
    words: "hold release",
    takes: [{ name: "ID" }],
    about: "Ends a hold before its time",
    run: async ({ args: [id] }, { client, show }) => {
      const hold = await client.holds.release(id!);
      show({ data: hold, lines: [`${hold.id} holds no longer`] });
      return true;
    },
  },
  {
    words: "hold",
    takes: [{ name: "CONVERSATION|NUMBER" }],
    options: {
      until: { value: "TIME", about: "When it ends by itself, such as 2027-01-31T12:00:00Z" },
      reason: { value: "WORDS", about: "Why" },
    },
    about: "Keeps a conversation, or everything of a person, from retention and erasure",
    run: async ({ args: [what], options }, { client, show }) => {
      const { until, reason } = options as { readonly until?: string; readonly reason?: string };
      if (until === undefined || reason === undefined) throw usageError("hold needs --until and --reason");
      const of = what!.startsWith("cnv_") ? { conversation: what! } : { number: what! };
      const hold = await client.holds.place({ ...of, until, reason });
      show({ data: hold, lines: [`${hold.id} holds until ${hold.until}`] });
      return true;
    },
  },
];
