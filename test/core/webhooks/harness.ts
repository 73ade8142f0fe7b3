import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables, type MemoryTables } from "#adapters/memory/tables.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { PostOutcome } from "#core/domain/webhooks/attempt.ts";
import { CLOSED } from "#core/domain/webhooks/breaker.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import {
  startWebhooks,
  type WebhookEngine,
  type WebhookEngineOptions,
} from "#core/engine/webhooks/webhooks.ts";
import { type JournalEvent, journalTo } from "#core/ports/journal.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { SignedDelivery } from "#core/ports/webhook-sender.ts";
import { type VirtualTime, virtualTime } from "#test/core/virtual-time.ts";

export interface Received extends SignedDelivery {
  /** Milliseconds since the test began. */
  readonly after: number;
  readonly outcome: PostOutcome;
}

/** How a receiver answers; `n`: which attempt of all this is, from 1. */
export type Receiver = (delivery: SignedDelivery, n: number) => PostOutcome | Promise<PostOutcome>;

export const answered = (status: number, retryAfter: string | null = null): PostOutcome => ({
  kind: "answered",
  status,
  retryAfter,
  answer: "",
  tookMs: 1,
});
export const OK = answered(204);

export const endpointId = (n: number): string => `0190aaaa-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const conversationId = (n: number): string => `0190bbbb-0000-7000-8000-${String(n).padStart(12, "0")}`;

export const anEndpoint = (n: number, change: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: endpointId(n),
  service: "default",
  url: `https://app-${n}.example/hook`,
  events: ["*"],
  include: [],
  secrets: [{ secret: "whsec_c2VjcmV0", until: null }],
  state: "active",
  disabledReason: null,
  createdAt: 0,
  version: 1,
  cursor: "first",
  skipBefore: null,
  breaker: CLOSED,
  lastDeliveredAt: null,
  ...change,
});

export interface SendingHarness {
  readonly time: VirtualTime;
  readonly tables: MemoryTables;
  readonly storage: ReturnType<typeof memoryStorage>;
  /** Every attempt that a receiver has seen, by the order in which it was answered. */
  readonly received: Received[];
  readonly told: { readonly event: JournalEvent; readonly fact: unknown }[];
  /** Tells `count` events of a conversation. */
  tell(conversation: number, count?: number): Promise<void>;
  receive(url: string, receiver: Receiver): void;
  startProcess(id: string, options?: WebhookEngineOptions): { readonly engine: WebhookEngine; kill(): void };
  setStorageAway(isAway: boolean): void;
}

const never = new Promise<never>(() => {});

export const sendingHarness = (random = 0): SendingHarness => {
  const time = virtualTime();
  const startedAt = time.clock.now();
  const tables = emptyTables();
  const storage = memoryStorage({ clock: time.clock, tables });
  const received: Received[] = [];
  const told: { event: JournalEvent; fact: unknown }[] = [];
  const receivers = new Map<string, Receiver>();
  let version = 0;
  let isAway = false;

  return {
    time,
    tables,
    storage,
    received,
    told,
    tell: (conversation, count = 1) =>
      storage.events.tell(
        Array.from({ length: count }, (): NewEvent => {
          version += 1;
          return {
            type: "conversation.opened",
            subject: conversationId(conversation),
            data: { version },
            serviceId: null,
            at: time.clock.now(),
          };
        }),
      ),
    receive: (url, receiver) => receivers.set(url, receiver),
    setStorageAway: (away) => {
      isAway = away;
    },
    startProcess: (id, options) => {
      let isDead = false;
      /** A process that was killed neither hears an answer nor does anything. */
      const living = <T extends object>(part: T): T =>
        new Proxy(part, {
          get: (target, name) => {
            const method = target[name as keyof T];
            if (typeof method !== "function") return method;
            return (...args: unknown[]) => {
              if (isDead) return never;
              if (isAway && name !== "onNews") return Promise.reject(new StorageUnavailable());
              const answer = method.apply(target, args);
              return answer instanceof Promise ? answer.then((value) => (isDead ? never : value)) : answer;
            };
          },
        });
      const counts = new Map<string, number>();
      const engine = startWebhooks(
        {
          webhooks: living(storage.webhooks),
          events: living(storage.events),
          sender: {
            post: async (delivery) => {
              if (isDead) return never;
              const n = (counts.get(delivery.url) ?? 0) + 1;
              counts.set(delivery.url, n);
              const after = time.clock.now() - startedAt;
              const outcome = await (receivers.get(delivery.url) ?? (() => OK))(delivery, n);
              received.push({ ...delivery, after, outcome });
              return isDead ? never : outcome;
            },
          },
          clock: time.clock,
          timer: { after: (ms, run) => time.timer.after(ms, () => void (isDead || run())) },
          chance: { next: () => random },
          journal: journalTo((event, fact) => void told.push({ event, fact })),
          render: async ({ type, data }) => JSON.stringify({ type, data }),
          observe: () => {},
        },
        id,
        options,
      );
      return {
        engine,
        kill: () => {
          isDead = true;
        },
      };
    },
  };
};
