import { z } from "zod";
import { EVENT_TYPES, type EventType } from "#core/domain/event.ts";
import { EVENT_CATALOGUE } from "#core/domain/event-catalogue.ts";
import { shownTime } from "./shown-fields.ts";

type Field = (typeof EVENT_CATALOGUE)[EventType]["data"] extends infer D
  ? D extends Record<string, infer F>
    ? F
    : never
  : never;

const PREFIXES = { conversation: "cnv", message: "msg", participant: "par" } as const;
const EXAMPLE_SUFFIX = "01h455vb4pex5vsknk084sn02q";

const SUBJECTS = {
  conversation: `cnv_${EXAMPLE_SUFFIX}`,
  message: `msg_${EXAMPLE_SUFFIX}`,
  participant: `par_${EXAMPLE_SUFFIX}`,
  number: "+447700900001",
  country: "GB",
  link: "smpp-1",
  audit: "audit",
} as const;

interface LooseField {
  readonly type: "id" | "text" | "integer";
  readonly of?: keyof typeof PREFIXES;
  readonly values?: readonly string[];
  readonly nullable?: true;
  readonly about: string;
}

const valueSchema = ({ type, of, values }: LooseField): z.ZodType => {
  if (type === "integer") return z.int();
  if (values) return z.enum(values as [string, ...string[]]);
  return of ? z.string().regex(new RegExp(`^${PREFIXES[of]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`)) : z.string();
};

const fieldSchema = (field: LooseField): z.ZodType => {
  const schema = valueSchema(field);
  return (field.nullable ? schema.nullable() : schema).meta({ description: field.about });
};

const exampleOf = ({ type, of, values, nullable }: LooseField): unknown => {
  if (type === "integer") return 1;
  if (values) return values[0];
  if (of) return SUBJECTS[of];
  return nullable ? null : "GB";
};

const fieldsOf = (type: EventType): Readonly<Record<string, LooseField>> =>
  EVENT_CATALOGUE[type].data as Readonly<Record<string, Field>>;

const mapFields = <T>(type: EventType, map: (field: LooseField) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(fieldsOf(type)).map(([name, field]) => [name, map(field)]));

const subject = z.string().nullable().meta({
  description: "What it is about: an id, one of our numbers, a country, or the name of a link",
});
const service = z.string().meta({ description: "The service that it belongs to" });
const EVENT_EXAMPLE = {
  id: "evt_1_2s9_7_1",
  cursor: "1_2s9_7_1",
  type: "conversation.opened",
  timestamp: "2026-01-31T12:00:00.000Z",
  service: "default",
  subject: SUBJECTS.conversation,
  data: { version: 1 },
} as const;

const id = z
  .string()
  .regex(/^evt_[0-9a-z_]+$/)
  .meta({ description: "The same whenever and wherever it is told" });
const cursor = z.string().meta({ description: "Its place: what is read after it comes later" });

/** An event of the feed; what stands in `data` follows from its type. */
const event = z
  .strictObject({
    id,
    cursor,
    type: z
      // The types are the keys of the catalogue, which TypeScript does not know to be more than none.
      .enum(EVENT_TYPES as unknown as [string, ...string[]])
      .meta({ description: "More types may come" }),
    timestamp: shownTime,
    service,
    subject,
    data: z.record(z.string(), z.unknown()).meta({
      description: "What it says beside its subject; by type under `webhooks`",
    }),
  })
  .refine(
    ({ type, data }) => dataSchemas[type as EventType].safeParse(data).success,
    "has other data than its type",
  )
  .meta({ id: "Event", description: "Something that has happened", examples: [EVENT_EXAMPLE] });

export const eventPage = z
  .strictObject({
    items: z.array(event),
    next: z.string().meta({ description: "The cursor to go on from, also when there is nothing yet" }),
  })
  .meta({ examples: [{ items: [EVENT_EXAMPLE], next: EVENT_EXAMPLE.cursor }] });

export const LIVE = `id: ${EVENT_EXAMPLE.cursor}\ndata: ${JSON.stringify(EVENT_EXAMPLE)}\n\n`;

const dataSchemas = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, z.strictObject(mapFields(type, fieldSchema))]),
) as Readonly<Record<EventType, z.ZodObject>>;

const text = z.string().nullable().optional().meta({
  description: "What it says, where the endpoint includes `text`; null: it is erased, or too long",
});

/** What a webhook brings of a type. */
export const webhookBody = (type: EventType) =>
  z
    .strictObject({
      type: z.literal(type),
      timestamp: shownTime,
      data: z.strictObject({
        subject,
        service,
        cursor,
        ...mapFields(type, fieldSchema),
        ...(type.startsWith("message.") && { text }),
      }),
    })
    .meta({
      examples: [
        {
          type,
          timestamp: EVENT_EXAMPLE.timestamp,
          data: {
            subject: SUBJECTS[EVENT_CATALOGUE[type].subject],
            service: "default",
            cursor: EVENT_EXAMPLE.cursor,
            ...mapFields(type, exampleOf),
          },
        },
      ],
    });
