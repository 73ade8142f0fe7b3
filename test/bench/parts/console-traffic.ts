import type { Client } from "#apps/client/client.ts";
import type { BenchSandbox } from "./sandbox.ts";

/** Who texts, and which number of ours. */
export interface Texting {
  readonly conversation: string;
  readonly from: string;
  readonly to: string;
}

const OPENERS = 32;
/** British mobile numbers: one for each participant. */
const personAt = (index: number): string => `+447400${String(index).padStart(6, "0")}`;

/** Opens conversations between people who are in no other. */
export const openConversations = async (client: Client, count: number): Promise<readonly Texting[]> => {
  const opened: Texting[] = [];
  let next = 0;
  const opener = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const from = personAt(2 * index);
      const { id, participants } = await client.conversations.open({
        participants: [
          { number: from, name: `Ann ${index}` },
          { number: personAt(2 * index + 1), name: `Ben ${index}` },
        ],
        reference: `ride-${index}`,
        intro: false,
      });
      opened.push({ conversation: id, from, to: participants[1].virtualNumber });
    }
  };
  await Promise.all(Array.from({ length: OPENERS }, opener));
  return opened;
};

export interface Traffic {
  /** Texts that the carrier has taken from handsets so far. */
  readonly texted: () => number;
  /** Texts that it refused. */
  readonly refused: () => number;
  /** How long the API took for each call, in milliseconds, since this was asked for last. */
  takeTimes(): number[];
  stop(): void;
}

const TICK_MS = 50;

/** People text at a steady rate, one conversation after another, and beside that the API is asked for conversations. */
export const startTraffic = (
  { carrier }: Pick<BenchSandbox, "carrier">,
  client: Client,
  all: readonly Texting[],
  perSecond: number,
): Traffic => {
  let times: number[] = [];
  let texted = 0;
  let refused = 0;
  let next = 0;
  const text = async ({ from, to }: Texting): Promise<void> => {
    const body = JSON.stringify({ to, text: `I am at the corner, number ${next}` });
    const isTaken = await fetch(`${carrier}/handsets/${from}/messages`, { method: "POST", body }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (isTaken) texted += 1;
    else refused += 1;
  };
  const ask = async ({ conversation }: Texting): Promise<void> => {
    const began = performance.now();
    await client.conversations.get(conversation);
    times.push(performance.now() - began);
  };
  const began = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
    for (; next < due; next += 1) void text(all[next % all.length]!);
    void ask(all[(next * 7) % all.length]!).catch(() => {
      refused += 1;
    });
  }, TICK_MS);
  return {
    texted: () => texted,
    refused: () => refused,
    takeTimes: () => {
      const taken = times;
      times = [];
      return taken;
    },
    stop: () => clearInterval(timer),
  };
};
