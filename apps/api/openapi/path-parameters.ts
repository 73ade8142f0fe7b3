import { z } from "zod";

const ID = "[0-7][0-9a-hjkmnp-tv-z]{25}";
const NUMBER = z
  .string()
  .meta({ description: "A phone number in E.164, its plus written as `%2B`", examples: ["+447700900001"] });

/** What stands for a variable in a path, by the word before it. */
const AFTER: Readonly<Record<string, z.ZodType>> = {
  conversations: z.string().meta({
    description: "The id of a conversation",
    pattern: `^cnv_${ID}$`,
    examples: ["cnv_01h455vb4pex5vsknk084sn02q"],
  }),
  participants: z.string().meta({
    description: "The id of a participant",
    pattern: `^par_${ID}$`,
    examples: ["par_01h455vb4pex5vsknk084sn02r"],
  }),
  broadcasts: z.string().meta({
    description: "The id of a broadcast",
    pattern: `^bct_${ID}$`,
    examples: ["bct_01h455vb4pex5vsknk084sn02v"],
  }),
  messages: z.string().meta({
    description: "The id of a message",
    pattern: `^msg_${ID}$`,
    examples: ["msg_01h455vb4pex5vsknk084sn02t"],
  }),
  services: z.string().meta({ description: "The id or the slug of a service", examples: ["rides"] }),
  "webhook-endpoints": z.string().meta({
    description: "The id of a webhook endpoint",
    pattern: `^whe_${ID}$`,
    examples: ["whe_01h455vb4pex5vsknk084sn02q"],
  }),
  numbers: NUMBER,
  "opt-outs": NUMBER,
};

/** The variables of a path such as `/v1/messages/:id`; undefined: it has none. */
export const pathParameters = (path: string): z.ZodObject | undefined => {
  const parts = path.split("/");
  const found = parts.flatMap((part, at) => {
    if (!part.startsWith(":")) return [];
    const before = parts[at - 1]!;
    return [
      [part.slice(1), AFTER[before] ?? z.string().meta({ description: `Which of the ${before}` })] as const,
    ];
  });
  return found.length === 0 ? undefined : z.object(Object.fromEntries(found));
};

/** As OpenAPI writes it: `/v1/messages/{id}`. */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, "{$1}");
