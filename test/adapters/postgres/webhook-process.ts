import { randomUUID } from "node:crypto";
import { systemClock } from "#adapters/node/clock.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { openWebhookSender } from "#adapters/standard-webhooks/sender.ts";
import { startWebhooks } from "#core/engine/webhooks/webhooks.ts";
import { journalTo } from "#core/ports/journal.ts";

/** A program that sends webhooks until somebody ends it, as a process of the API does, with leases that are not waited for. */
const { DATABASE_URL: url = "", ENCRYPTION_KEY: key = "" } = process.env;
const { webhooks, events } = postgresStorage({
  ...{ url, keyring: keyring([Buffer.from(key, "base64")]), clock: systemClock },
});
startWebhooks(
  {
    ...{ webhooks, events, clock: systemClock, timer: systemTimer },
    sender: openWebhookSender({ networks: ["127.0.0.0/8"] }),
    chance: { next: () => 0 },
    journal: journalTo(() => {}),
    render: async ({ data }) => JSON.stringify(data),
    observe: () => {},
  },
  randomUUID(),
  { leaseMs: 1_500, beatMs: 100 },
);
