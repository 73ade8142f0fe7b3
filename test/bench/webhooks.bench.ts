import { randomBytes } from "node:crypto";
import { systemChance } from "#adapters/node/chance.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { openWebhookSender } from "#adapters/standard-webhooks/sender.ts";
import { webhookBody } from "#apps/api/webhook-body.ts";
import type { NewEvent } from "#core/domain/event.ts";
import { CLOSED } from "#core/domain/webhooks/breaker.ts";
import { startWebhooks } from "#core/engine/webhooks/webhooks.ts";
import { journalTo } from "#core/ports/journal.ts";
import type { Bench } from "#test/bench/parts/bench.ts";
import { startChild } from "#test/bench/parts/child.ts";
import { cpuMicros, memoryOf } from "#test/bench/parts/cpu.ts";
import { withBenchServer } from "#test/bench/parts/database.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

const EVENTS = 100_000;
const CONVERSATIONS = 1_000;
const TOLD_AT_ONCE = 500;
const POLL_MS = 20;
const LOOPBACK = ["127.0.0.0/8"];
const HEALTHY = "one healthy endpoint";

interface Progress {
  readonly deliveries: number;
  readonly distinct: number;
}

const tellAll = async ({ events }: PostgresStorage): Promise<void> => {
  const ids = uuidV7Ids(systemClock);
  const subjects = Array.from({ length: CONVERSATIONS }, () => ids.next());
  for (let n = 0; n < EVENTS; n += TOLD_AT_ONCE) {
    const told = Array.from(
      { length: TOLD_AT_ONCE },
      (_, i): NewEvent => ({
        type: "conversation.opened",
        subject: subjects[(n + i) % CONVERSATIONS]!,
        data: { version: n + i },
        serviceId: null,
        at: Date.now(),
      }),
    );
    await events.tell(told);
  }
};

/** 100,000 events that are in the log, delivered to one endpoint that answers at once: signed, over kept connections. */
export const webhooksBench: Bench = ({ rounds, say }) =>
  withBenchServer(async (server): Promise<Report> => {
    const samples: Sample[] = [];
    const problems: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const url = await server.create(`webhooks_${round}`);
      const storage = postgresStorage({ url, keyring: keyring([randomBytes(32)]), clock: systemClock });
      await tellAll(storage);
      const receiver = startChild("test/bench/programs/webhook-receiver.ts", []);
      const port = await receiver.heard<number>("port");
      const sender = openWebhookSender({ networks: LOOPBACK });
      const ids = uuidV7Ids(systemClock);
      await storage.webhooks.add({
        id: ids.next(),
        service: "default",
        url: `http://127.0.0.1:${port}/`,
        events: ["*"],
        include: [],
        secrets: [{ secret: sender.newSecret(), until: null }],
        state: "active",
        disabledReason: null,
        createdAt: Date.now(),
        version: 1,
        cursor: "first",
        skipBefore: null,
        breaker: CLOSED,
        lastDeliveredAt: null,
      });
      const startedAt = performance.now();
      const cpuBefore = cpuMicros(process.pid);
      const engine = startWebhooks(
        {
          ...{ webhooks: storage.webhooks, events: storage.events, sender },
          ...{ clock: systemClock, timer: systemTimer, chance: systemChance },
          journal: journalTo((event, fact) => problems.push(`${event} ${JSON.stringify(fact)}`)),
          render: webhookBody(storage),
          observe: () => {},
        },
        ids.next(),
      );
      let progress: Progress = { deliveries: 0, distinct: 0 };
      while (progress.distinct < EVENTS && performance.now() - startedAt < 300_000) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        progress = await receiver.heard<Progress>("progress");
      }
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = cpuMicros(process.pid) - cpuBefore;
      const notes = {
        repeated: progress.deliveries - progress.distinct,
        memoryMb: memoryOf(process.pid) / 2 ** 20,
      };
      samples.push({ messages: progress.distinct, seconds, cpuMicros: { sender: cpu }, notes });
      if (progress.distinct < EVENTS) problems.push(`Only ${progress.distinct} of ${EVENTS} arrived`);
      say(`${HEALTHY}: ${(progress.distinct / seconds).toFixed(0)}/s`);
      await engine.stop();
      sender.close();
      await receiver.end();
      await storage.close();
    }
    return { name: "webhooks", results: [resultOf(HEALTHY, samples)], ratios: {}, problems };
  });
