import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { SandboxFacts } from "./sandbox.ts";

const DEADLINE_MS = 10_000;
const POLL_MS = 20;

const conversationSchema = z.object({
  id: z.string(),
  state: z.string(),
  participants: z.array(z.object({ name: z.string(), number: z.string(), virtualNumber: z.string() })),
});
const inboxSchema = z.array(
  z.object({
    id: z.string(),
    from: z.string(),
    text: z.string(),
    parts: z.number(),
    link: z.enum(["smpp", "http"]),
  }),
);
const linksSchema = z.object({
  items: z.array(z.object({ kind: z.string(), state: z.string() })),
});
const messagesSchema = z.object({ items: z.array(z.object({ text: z.string(), state: z.string() })) });

type HandsetOwner = z.infer<typeof conversationSchema>["participants"][number];
type Shown = z.infer<typeof inboxSchema>[number];

const LONG_TEXT =
  "Two minutes! I am the one in the yellow coat beside the bakery 🥐, on the shady side of the street. If you do not find me, text me here: neither of us needs to know the other one's number for that.";

/** Two people text each other; everything is done from outside. Throws as soon as something is not as it should be. */
export const playConversation = async (
  { api, apiKey, simulator }: Pick<SandboxFacts, "api" | "apiKey" | "simulator">,
  interrupt: AbortSignal,
): Promise<void> => {
  const carrier = simulator.httpUrl;
  const seen = new Map<string, Shown[]>();

  const call = async (method: string, url: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(url, {
      method,
      headers: url.startsWith(api) ? { authorization: `Bearer ${apiKey}` } : {},
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: interrupt,
    });
    const answer = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${new URL(url).pathname} answers ${response.status}: ${answer}`);
    return JSON.parse(answer);
  };

  /** The next message on a handset, as its owner sees it. */
  const next = async (owner: HandsetOwner): Promise<Shown> => {
    const own = seen.get(owner.number) ?? [];
    const url = `${carrier}/handsets/${owner.number}/messages?after=${own.at(-1)?.id ?? ""}`;
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const [shown] = inboxSchema.parse(await call("GET", url));
      if (shown) {
        seen.set(owner.number, [...own, shown]);
        const parts = shown.parts > 1 ? `, ${shown.parts} parts` : "";
        const way = `over ${shown.link.toUpperCase()}`;
        console.log(
          `  ${owner.name}'s phone shows, from ${shown.from}, ${way}${parts}:\n    ${shown.text}\n`,
        );
        return shown;
      }
      if (performance.now() > deadline) throw new Error(`${owner.name} gets nothing`);
      await pause(POLL_MS, undefined, { signal: interrupt });
    }
  };

  const text = async (from: HandsetOwner, to: string, words: string): Promise<void> => {
    console.log(`${from.name} texts ${to}`);
    await call("POST", `${carrier}/handsets/${from.number}/messages`, { to, text: words });
  };

  const untilBinds = async (state: "up" | "down"): Promise<void> => {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const { items } = linksSchema.parse(await call("GET", `${api}/v1/links`));
      const binds = items.filter(({ kind }) => kind === "smpp");
      if (binds.length > 0 && binds.some((bind) => bind.state === "up") === (state === "up")) return;
      if (performance.now() > deadline) throw new Error(`The binds do not come ${state}`);
      await pause(POLL_MS, undefined, { signal: interrupt });
    }
  };

  const inputs = [
    { number: "+447700900101", name: "Ann" },
    { number: "+12125550142", name: "Ben" },
  ];
  const opened = await call("POST", `${api}/v1/conversations`, { participants: inputs, reference: "demo" });
  const { id, participants } = conversationSchema.parse(opened);
  const [ann, ben] = participants as [HandsetOwner, HandsetOwner];
  console.log(`The platform joins Ann (${ann.number}) and Ben (${ben.number}), ${id}.`);
  console.log(`  ${ben.virtualNumber} stands for Ben, ${ann.virtualNumber} for Ann.\n`);
  check(await next(ann), ben, "Reply to this SMS to talk to Ben");
  check(await next(ben), ann, "Reply to this SMS to talk to Ann");

  await text(ann, ben.virtualNumber, "Hello Ben, where are you?");
  check(await next(ben), ann, "Hello Ben, where are you?");
  await text(ben, ann.virtualNumber, LONG_TEXT);
  check(await next(ann), ben, LONG_TEXT);

  console.log("The carrier's SMPP is taken away, in mid-conversation.\n");
  await text(ann, ben.virtualNumber, "I see the bakery!");
  await call("PUT", `${carrier}/faults`, { smpp: { down: true } });
  await untilBinds("down");
  await text(ben, ann.virtualNumber, "Then turn around.");
  const around = await next(ann);
  check(around, ben, "Then turn around.");
  if (around.link !== "http") throw new Error("Without SMPP the text does not go over HTTP");
  await call("DELETE", `${carrier}/faults`);
  await untilBinds("up");
  console.log("SMPP is back; what was on its way when it was cut has not been lost.\n");
  check(await next(ben), ann, "I see the bakery!");
  await text(ben, ann.virtualNumber, "There you are!");
  const back = await next(ann);
  check(back, ben, "There you are!");
  if (back.link !== "smpp") throw new Error("The traffic does not return to SMPP");

  await call("POST", `${api}/v1/conversations/${id}/close`, { reason: "they have met" });
  console.log("The platform closes the conversation.\n");
  await text(ann, ben.virtualNumber, "Are you still there?");
  await untilUnroutable(() => call("GET", `${api}/v1/conversations/${id}/messages`), interrupt);
  for (const owner of [ann, ben]) {
    const all = inboxSchema.parse(await call("GET", `${carrier}/handsets/${owner.number}/messages`));
    if (all.length !== seen.get(owner.number)?.length) throw new Error(`${owner.name} gets a text too many`);
  }
  console.log("  Nobody gets it; the platform sees it as unroutable.\n");

  for (const [owner, other] of [[ann, ben] as const, [ben, ann] as const])
    if (seen.get(owner.number)?.some((shown) => JSON.stringify(shown).includes(other.number.slice(1))))
      throw new Error(`${owner.name} sees ${other.name}'s real number`);
  const ways = [...seen.values()].flat().map(({ link }) => link);
  const count = (link: "smpp" | "http") => ways.filter((way) => way === link).length;
  console.log(
    `${count("smpp")} texts came over SMPP and ${count("http")} over HTTP; none was lost, none came twice.`,
  );
  console.log(`Ann only ever saw ${ben.virtualNumber}, and Ben only ${ann.virtualNumber}.`);
};

const check = (shown: Shown, sender: HandsetOwner, words: string): void => {
  if (shown.from !== sender.virtualNumber)
    throw new Error(`It does not come from ${sender.name}'s virtual number`);
  if (shown.text !== words) throw new Error("It is not the text that was sent");
};

const untilUnroutable = async (ask: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const { items } = messagesSchema.parse(await ask());
    if (items.at(-1)?.state === "unroutable") return;
    if (performance.now() > deadline)
      throw new Error("The text after the close is not recorded as unroutable");
    await pause(POLL_MS, undefined, { signal });
  }
};
