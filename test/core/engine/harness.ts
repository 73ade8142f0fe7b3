import { memoryChance } from "#adapters/memory/chance.ts";
import { rememberTables } from "#adapters/memory/forgetting.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { type RecordedJournal, recordedJournal } from "#adapters/memory/journal.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { partitionOf } from "#core/domain/partition.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { type Engine, type EngineOptions, startEngine } from "#core/engine/engine.ts";
import { controlledLink } from "#core/engine/outbound/controlled-link.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import type { Policy } from "#core/ports/policy.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Batch } from "#core/ports/traffic.ts";
import { type Fault, faultyStorage, type Method } from "#test/core/faulty-storage.ts";
import {
  type ScriptedLink,
  type ScriptedLinkOptions,
  type Sent,
  scriptedLink,
} from "#test/core/scripted-link.ts";
import { type VirtualTime, virtualTime } from "#test/core/virtual-time.ts";
import {
  aConversation,
  aNumber,
  aParticipant,
  freshNumber,
  openingOf,
} from "#test/support/traffic-builders.ts";

export type FaultOf = (method: Method, input: readonly unknown[]) => Fault | null;

export interface ProcessOptions {
  readonly faultOf?: FaultOf;
  readonly policy?: Policy;
  readonly link?: Partial<ScriptedLinkOptions>;
  /** A second one. */
  readonly backup?: Partial<ScriptedLinkOptions>;
  readonly relay?: Partial<EngineOptions>;
  /** How far this process's clock is from the true one, in milliseconds. */
  readonly skewMs?: () => number;
}

/** A process that relays, over a link and a network of its own. */
export interface Process {
  readonly relay: Engine;
  readonly link: ScriptedLink;
  readonly backup: ScriptedLink | null;
  /** What it tells its operator. */
  readonly journal: RecordedJournal;
  /** Answers what became of it, once known. */
  give(route: RouteDefinition, words: string, change?: Partial<InboundMessage>): Promise<AcceptResult>;
}

/** One database, one carrier, and as many processes as a test wants. */
export interface Harness {
  readonly time: VirtualTime;
  readonly storage: Storage;
  readonly sent: readonly Sent[];
  /** The words that the carrier has got, in order. */
  words(): readonly string[];
  start(options?: ProcessOptions): Promise<Process>;
  /** Queues a text of our own to the one whom a route leads to. */
  tell(route: RouteDefinition, words: string, change?: Partial<OutboundMessage>): Promise<void>;
  /** What has become of the texts of a route's conversation, oldest first. */
  states(route: RouteDefinition): Promise<readonly string[]>;
  /** Remembers what is stored; the answer makes storage forget everything since. */
  remember(): () => void;
  /** From now on nobody is told of opt-outs and blocks. */
  deafen(): void;
  /** Opens a conversation and answers the way from its first participant to its second. */
  /** `sender`: who texts; absent: somebody new. */
  open(wanted?: (route: RouteDefinition) => boolean, sender?: Msisdn): Promise<RouteDefinition>;
}

export const TTL_MS = 60_000;

export const createHarness = (): Harness => {
  const time = virtualTime();
  const { clock } = time;
  const tables = emptyTables();
  const storage = memoryStorage({ clock, tables });
  const sent: Sent[] = [];
  let processes = 0;
  let texts = 0;
  const outerIds = memoryIds({ clock, process: 99 });

  const openOne = async (sender?: Msisdn): Promise<RouteDefinition> => {
    const numbers = [freshNumber(), freshNumber()] as const;
    for (const number of numbers) await storage.numbers.add(aNumber(number));
    const conversation = aConversation([
      aParticipant(numbers[0], sender ? { number: sender } : {}),
      aParticipant(numbers[1]),
    ]);
    const opening = openingOf(conversation);
    await storage.conversations.open(opening);
    return opening.routes[0];
  };

  return {
    time,
    storage,
    sent,
    remember: () => rememberTables(tables),
    deafen: tables.blockListeners.clear.bind(tables.blockListeners),
    words: () => sent.map(({ text }) => text),
    open: async (wanted = () => true, sender) => {
      for (;;) {
        const route = await openOne(sender);
        if (wanted(route)) return route;
      }
    },
    tell: async (route, words, change) => {
      const at = clock.now();
      await storage.conversations.addMessages(route.conversationId, [
        {
          ...{ id: outerIds.next(), conversationId: route.conversationId, senderId: null },
          ...{ recipientId: route.recipientId, priority: "system", source: route.source },
          ...{ destination: route.recipient, text: words, receivedAt: at, expiresAt: at + TTL_MS },
          ...change,
        },
      ]);
    },
    states: async ({ conversationId }) => {
      const { items } = await storage.conversations.messages(conversationId, { limit: 200, after: null });
      return items.map(({ state, failure }) => (failure ? `${state}: ${failure.code}` : state));
    },
    start: async ({
      faultOf = () => null,
      policy,
      link: linkOptions = {},
      backup: backupOptions,
      relay: relayOptions = {},
      skewMs = () => 0,
    } = {}) => {
      processes += 1;
      const process = processes;
      const ids = memoryIds({ clock, process });
      const link = scriptedLink({ time, book: sent, name: `link-${process}`, ...linkOptions });
      const backup = backupOptions
        ? scriptedLink({ time, book: sent, name: `backup-${process}`, ...backupOptions })
        : null;
      const journal = recordedJournal();
      const relay = await startEngine(
        {
          storage: faultyStorage(storage, time, faultOf),
          links: (backup ? [link, backup] : [link]).map((each) => controlledLink(each, { clock })),
          clock: { ...clock, now: () => clock.now() + skewMs() },
          timer: time.timer,
          ids,
          chance: memoryChance(process),
          journal,
          ...(policy && { policy }),
        },
        {
          kind: "gateway",
          messageTtlMs: TTL_MS,
          fallbackAfterMs: 1_000,
          quarantineMs: 30_000,
          textRetentionMs: null,
          messageRetentionMs: null,
          accountRates: { smpp: Number.POSITIVE_INFINITY, http: Number.POSITIVE_INFINITY },
          ...relayOptions,
        },
      );
      return {
        relay,
        link,
        backup,
        journal,
        give: (route, words, change = {}) => {
          texts += 1;
          return relay.writer.accept({
            id: ids.next(),
            key: `text-${texts}`,
            from: route.sender,
            to: route.virtualNumber,
            text: words,
            part: null,
            link: "smpp",
            receivedAt: clock.now(),
            ...change,
          });
        },
      };
    },
  };
};

/** Whether a call writes the given words as an inbound text. */
export const brings = (words: string, method: Method, input: readonly unknown[]): boolean =>
  method === "traffic.commit" && (input[0] as Batch).inbound.some(({ inbound }) => inbound.text === words);

/** Whether a call puts messages back into the queue. */
export const defers = (method: Method, input: readonly unknown[]): boolean =>
  method === "traffic.commit" && (input[0] as Batch).requeued.length > 0;

/** The partitions that the first of two processes has to give up to the second. */
export const goesToTheSecond = ({ recipientId }: RouteDefinition): boolean => partitionOf(recipientId) >= 32;

/** Whether the texts of a route are written beside the facts about messages, and not after them. */
export const hasOwnShard = ({ sender, virtualNumber }: RouteDefinition): boolean =>
  (last(sender) + last(virtualNumber)) % 2 === 1;

const last = (number: Msisdn): number => number.charCodeAt(number.length - 1);
