import { systemClock } from "#adapters/node/clock.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { startSimulator } from "#apps/simulator/simulator.ts";
import { type Audit, loadOf } from "#test/apps/gateway/load.ts";
import { openConversations, ourNumbers, register } from "#test/apps/gateway/people.ts";
import { ENCRYPTION_KEY, SYSTEM_TYPE } from "#test/apps/gateway/running-gateway.ts";
import { API_SECRET, startApi } from "#test/bench/parts/api.ts";
import { startApp } from "#test/bench/parts/child.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

/** Who texts, over a carrier that outlives every database. */
export interface People {
  /** A gateway and an API. */
  start(databaseUrl: string): Promise<Processes>;
  /** All of them arrive. */
  text(count: number): Promise<void>;
  /** They are with the carrier, which says so only some seconds later. */
  textWithoutAnswer(count: number): Promise<void>;
  audit(): Audit & { readonly texts: number };
  /** How often a handset shows what `webhook` told of. */
  shown(words: string): number;
  stop(): Promise<void>;
}

export interface Processes {
  /** Tells of a text as the carrier does, with the same id each time. */
  webhook(words: string): Promise<void>;
  /** To its end: how many texts it tells of, and from where to go on. */
  readFeed(after: string): Promise<{ readonly received: number; readonly next: string }>;
  kill(): Promise<void>;
}

const CONVERSATIONS = 10;
/** Shorter than the gateway waits for an answer, and longer than a dump takes. */
const UNANSWERED_MS = 5_000;

export const startPeople = async (databaseUrl: string): Promise<People> => {
  await migrate(databaseUrl);
  const storage = postgresStorage({
    url: databaseUrl,
    keyring: keyring([ENCRYPTION_KEY]),
    clock: systemClock,
  });
  await register(storage, ourNumbers(4));
  const sides = await openConversations(storage, CONVERSATIONS);
  const [webhookSide] = await openConversations(storage, 1);
  await storage.close();
  const retry = { firstMs: 100, factor: 1, maxMs: 500, attempts: 10_000, horizonMs: 600_000 };
  const simulator = await startSimulator({ limits: noLimits, rented: ourNumbers(4), smpp: { retry } });
  const load = loadOf(simulator, sides);
  const encryptionKeys = Buffer.from(ENCRYPTION_KEY).toString("base64");
  const { account, httpUrl, smppUrl } = simulator;
  const arrive = (): Promise<unknown> =>
    eventually(() => load.audit().lost === 0, "every text arrives", 60_000);

  return {
    start: async (url) => {
      const gateway = startApp("gateway", {
        env: {
          GATEWAY_PORT: "0",
          DATABASE_URL: url,
          ENCRYPTION_KEYS: encryptionKeys,
          VONAGE_API_KEY: account.apiKey,
          VONAGE_API_SECRET: account.apiSecret,
          VONAGE_REST_HOST: httpUrl,
          VONAGE_API_HOST: httpUrl,
          SMPP_URLS: smppUrl,
          SMPP_SYSTEM_ID: account.systemId,
          SMPP_PASSWORD: account.password,
          SMPP_SYSTEM_TYPE: SYSTEM_TYPE,
          SMPP_RATE: "1000",
          FALLBACK_AFTER: "1h",
          LOG_LEVEL: "error",
        },
      });
      const { child: api, port } = await startApi(url, undefined, { ENCRYPTION_KEYS: encryptionKeys });
      await eventually(() => simulator.stats().smpp.bound > 0, "the bind is up", 60_000);
      const kill = async (): Promise<void> => {
        await Promise.all([gateway.end("SIGKILL"), api.end("SIGKILL")]);
      };
      return {
        webhook: async (words) => {
          const reply = await fetch(`http://127.0.0.1:${port}/webhooks/vonage/inbound`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({
              msisdn: webhookSide!.person,
              to: webhookSide!.textsTo,
              messageId: "0A0000000123ABCD1",
              text: words,
              type: "text",
              keyword: "REPEATED",
              "message-timestamp": "2026-01-01 12:00:00",
            }),
          });
          if (!reply.ok) throw new Error(`The webhook was answered with ${reply.status}`);
          await eventually(
            () => simulator.inbox(webhookSide!.other).some(({ text }) => text === words),
            "what the webhook told of arrives",
          );
        },
        readFeed: async (after) => {
          let received = 0;
          for (let next = after; ; ) {
            const reply = await fetch(`http://127.0.0.1:${port}/v1/events?limit=200&after=${next}`, {
              headers: { authorization: `Bearer ${API_SECRET}` },
            });
            const page = (await reply.json()) as {
              readonly items: readonly { readonly type: string }[];
              readonly next: string;
              readonly isLast?: boolean;
            };
            if (!reply.ok) throw new Error(`The feed answers ${reply.status}: ${JSON.stringify(page)}`);
            received += page.items.filter(({ type }) => type === "message.received").length;
            next = page.next;
            if (page.items.length === 0) return { received, next };
          }
        },
        kill,
      };
    },
    text: async (count) => {
      load.send(count);
      await arrive();
    },
    textWithoutAnswer: async (count) => {
      simulator.setFaults({ latencyMs: UNANSWERED_MS });
      load.send(count);
      await arrive();
      simulator.clearFaults();
    },
    audit: () => ({ ...load.audit(), texts: load.sent() }),
    shown: (words) => simulator.inbox(webhookSide!.other).filter(({ text }) => text === words).length,
    stop: simulator.stop,
  };
};
