import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { messageId } from "#apps/api/public-ids.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { startSimulator } from "#apps/simulator/simulator.ts";
import { ourNumbers } from "#test/apps/gateway/people.ts";
import { type Bed, NUMBERS } from "./bed.ts";
import { startTlsFront } from "./tls-front.ts";

/** What somebody does to an installation, which alerts it must bring, and what the runbook says to do. */
export interface Scenario {
  readonly fault: string;
  readonly alerts: readonly string[];
  /** In words, as it is done. */
  readonly remedy: string;
  /** Does it; what it answers mends it. */
  readonly provoke: (bed: Bed) => Promise<() => Promise<unknown>>;
}

interface Item {
  readonly id: string;
}

/** Again and again until it is ended. */
const repeatedly = (everyMs: number, work: () => unknown): (() => void) => {
  const timer = setInterval(() => void work(), everyMs);
  void work();
  return () => clearInterval(timer);
};

const conversationOf = (bed: Bed, one: string, other: string): Promise<unknown> =>
  bed.ask("POST", "/v1/conversations", {
    participants: [{ number: one }, { number: other }],
  });

const BUSY = "+447700123456";
const PARKED = 1_200;

export const scenarios: readonly Scenario[] = [
  // The first: where binds have failed before, they come back too seldom to be cut often.
  {
    fault: "connections are cut every two seconds",
    alerts: ["LinkFlaps"],
    remedy: "sms_proxy_bind_downs_total by reason; the network is mended",
    provoke: async (bed) => {
      const end = repeatedly(2_000, bed.simulator.cutLinks);
      return async () => end();
    },
  },
  {
    fault: "the application at a webhook endpoint answers 500",
    alerts: ["WebhooksWait"],
    remedy: "mend the application, resume the endpoint",
    provoke: async (bed) => {
      bed.answerWebhooks(500);
      const endpoint = (await bed.ask("POST", "/v1/webhook-endpoints", {
        url: bed.webhookUrl,
        events: ["message.*"],
      })) as Item;
      return async () => {
        bed.answerWebhooks(204);
        await bed.ask("POST", `/v1/webhook-endpoints/${endpoint.id}/resume`);
      };
    },
  },
  {
    fault: "receipts say that every text failed",
    alerts: ["FewAreDelivered"],
    remedy: "GET /v1/failures names the code; the carrier mends it",
    provoke: async (bed) => {
      bed.simulator.setFaults({ receipts: { failPercent: 100 } });
      return async () => {
        const { items } = (await bed.ask("GET", "/v1/failures")) as { readonly items: readonly unknown[] };
        if (items.length === 0) throw new Error("GET /v1/failures says nothing");
        bed.simulator.clearFaults();
      };
    },
  },
  {
    fault: "a gateway is killed (kill -9)",
    alerts: ["ProcessGone"],
    remedy: "start it again",
    provoke: async (bed) => {
      await bed.end("gateway-2", "SIGKILL");
      return () => bed.startGateway("gateway-2");
    },
  },
  {
    fault: "a gateway has a wrong password",
    alerts: ["LinkDown"],
    remedy: "give it the right one, start it again",
    provoke: async (bed) => {
      await bed.startGateway("gateway-3", { SMPP_PASSWORD: "nopass42" });
      return async () => {
        await bed.end("gateway-3", "SIGTERM");
        await bed.startGateway("gateway-3");
        await bed.end("gateway-3", "SIGTERM");
        bed.forget("gateway-3");
      };
    },
  },
  {
    fault: "the carrier's certificate is good for five days more",
    alerts: ["CertificateExpires"],
    remedy: "the carrier renews it, the bind connects anew",
    provoke: async (bed) => {
      const front = await startTlsFront(bed.folder, bed.simulator.smppPort);
      await bed.startGateway("gateway-4", { SMPP_URLS: front.url, NODE_EXTRA_CA_CERTS: front.authority });
      return async () => front.renew(90);
    },
  },
  {
    fault: "the carrier refuses the receiver of a pair of binds",
    alerts: ["LinkDeaf"],
    remedy: "the carrier allows the account two binds",
    provoke: async (bed) => {
      const other = await startSimulator({ limits: { ...noLimits, binds: 1 }, rented: ourNumbers(NUMBERS) });
      bed.otherCarriers.push(other);
      const { smppUrl, account } = other;
      const login = { SMPP_SYSTEM_ID: account.systemId, SMPP_PASSWORD: account.password };
      await bed.startGateway("gateway-5", { ...login, SMPP_URLS: smppUrl, SMPP_BIND: "pair" });
      return async () => {
        await bed.end("gateway-5", "SIGTERM");
        bed.forget("gateway-5");
        await other.stop();
      };
    },
  },
  {
    fault: "an operator pauses all links",
    alerts: ["LinkPaused", "RelayWaits"],
    remedy: "npm run ops -- link resume",
    provoke: async (bed) => {
      for (const link of ["smpp-1", "smpp-2"]) await bed.ask("POST", `/v1/links/${link}/pause`);
      return async () => {
        for (const link of ["smpp-1", "smpp-2"]) await bed.ask("POST", `/v1/links/${link}/resume`);
      };
    },
  },
  {
    fault: "the carrier's SMSC is gone",
    alerts: ["NoLinkUp"],
    remedy: "GET /v1/links says why; the carrier brings it back",
    provoke: async (bed) => {
      bed.simulator.setFaults({ smpp: { down: true } });
      return async () => {
        const { items } = (await bed.ask("GET", "/v1/links")) as {
          readonly items: readonly { readonly state: string; readonly reason: unknown }[];
        };
        if (!items.some(({ reason }) => reason !== null)) throw new Error("GET /v1/links gives no reason");
        bed.simulator.clearFaults();
      };
    },
  },
  {
    fault: 'the carrier says "too fast" to everything',
    alerts: ["Throttled"],
    remedy: "the carrier raises the rate",
    provoke: async (bed) => {
      const end = repeatedly(5_000, () => bed.simulator.setFaults({ throttleFor: "10s" }));
      return async () => {
        end();
        bed.simulator.clearFaults();
      };
    },
  },
  {
    fault: "submits are taken and never answered",
    alerts: ["AnswersLost"],
    remedy: "the connection is mended; what nobody knows of is sent again",
    provoke: async (bed) => {
      bed.simulator.setFaults({ muteSubmit: 200 });
      return async () => bed.simulator.clearFaults();
    },
  },
  {
    fault: "one person has five of six numbers, and then the sixth",
    alerts: ["NumbersRunOut", "NumbersExhausted"],
    remedy: "POST /v1/numbers: more are rented",
    provoke: async (bed) => {
      for (let i = 0; i < 6; i += 1) await conversationOf(bed, BUSY, `+44770020000${i}`);
      return async () => {
        for (let i = 0; i < 6; i += 1)
          await bed.ask("POST", "/v1/numbers", { number: `+44798100000${i}`, country: "GB" });
      };
    },
  },
  {
    fault: "somebody leaves a transaction open that has written",
    alerts: ["FeedLags"],
    remedy: "pg_stat_activity names it, pg_terminate_backend ends it",
    provoke: async (bed) => {
      const idler = new Client(bed.databaseUrl);
      idler.on("error", () => {});
      await idler.connect();
      await idler.query("begin");
      await idler.query("select pg_current_xact_id()");
      return () =>
        bed.sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and backend_xid is not null and now() - xact_start > '5 s'",
        );
    },
  },
  {
    fault: "the way to the database is silent for three seconds, four times",
    alerts: ["LeaseLost"],
    remedy: "the network is mended",
    provoke: async (bed) => {
      for (let i = 0; i < 4; i += 1) {
        bed.line.goSilent();
        await pause(3_000);
        bed.line.speakAgain();
        await pause(4_000);
      }
      return async () => {};
    },
  },
  {
    fault: `${PARKED} receipts come of messages that somebody else sent`,
    alerts: ["ReceiptsFindNothing"],
    remedy: "the other system gets an account of its own; what is kept goes after four days, here at once",
    provoke: async (bed) => {
      const parked = async (): Promise<number> => {
        const [row] = await bed.sql("select count(*)::int as count from parked_receipt");
        return Number(row!.count);
      };
      // What was put off because the database is busy is brought again, as carriers do.
      for (let i = 0; (await parked()) < PARKED; i += 50) {
        await Promise.all(
          Array.from({ length: 50 }, (_, j) =>
            bed.ask("POST", "/webhooks/vonage/status", {
              ...{ messageId: `0F${String(i + j).padStart(14, "0")}`, status: "delivered", "err-code": "0" },
              ...{ msisdn: "447700300000", to: "447980000000" },
            }),
          ),
        );
      }
      return () => bed.sql("delete from parked_receipt");
    },
  },
  {
    fault: "the payload of a message is damaged",
    alerts: ["ValuesUnreadable"],
    remedy: "the line valueUnreadable names the row; it is restored from the backup",
    provoke: async (bed) => {
      const [row] = await bed.sql(
        "select id, payload from message where payload is not null and conversation_id is not null order by received_at limit 1",
      );
      await bed.sql(
        "update message set payload = set_byte(payload, 30, get_byte(payload, 30) # 1) where id = $1",
        [row!.id],
      );
      await bed.ask("GET", `/v1/messages/${messageId(String(row!.id))}`);
      return () => bed.sql("update message set payload = $2 where id = $1", [row!.id, row!.payload]);
    },
  },
  {
    fault: "a table is gone from under the processes",
    alerts: ["Bug"],
    remedy: "the line bugFound says where; the table is brought back",
    provoke: async (bed) => {
      await bed.sql("alter table webhook_attempt rename to webhook_attempt_gone");
      const { items } = (await bed.ask("GET", "/v1/webhook-endpoints")) as {
        readonly items: readonly Item[];
      };
      const end = repeatedly(1_000, () => bed.ask("GET", `/v1/webhook-endpoints/${items[0]!.id}/deliveries`));
      return async () => {
        end();
        await bed.sql("alter table webhook_attempt_gone rename to webhook_attempt");
      };
    },
  },
  {
    fault: "PostgreSQL is stopped",
    alerts: ["DatabaseAway", "FiguresAreOld"],
    remedy: "start it",
    provoke: async (bed) => {
      await bed.stopPostgres();
      return () => bed.startPostgres();
    },
  },
];

/** Until all that was sent is there. */
export const allArrived = async (bed: Bed): Promise<void> => {
  const deadline = performance.now() + 180_000;
  while (bed.load.audit().lost > 0 && performance.now() < deadline) await pause(500);
};
