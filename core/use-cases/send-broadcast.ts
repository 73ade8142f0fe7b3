import { type BroadcastLine, LINES_MAX, START_WITHIN_MS } from "#core/domain/broadcast.ts";
import { type Conversation, counterpart } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { countSegments } from "#core/domain/segments.ts";
import { showsNumber } from "#core/domain/shown-number.ts";
import type { Broadcasts } from "#core/ports/broadcasts.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";
import type { Traffic } from "#core/ports/traffic.ts";
import type { MayTakeEffect } from "./carry-out-once.ts";

export interface SendBroadcastPorts {
  readonly broadcasts: Broadcasts;
  readonly conversations: Pick<Conversations, "get">;
  readonly traffic: Pick<Traffic, "routes">;
  readonly optOuts: Pick<OptOuts, "get">;
  readonly clock: Clock;
}

export interface SendBroadcastInput {
  readonly serviceId: string;
  /** Checks and counts, and sends nothing. */
  readonly dryRun: boolean;
  /** Texts a second; null: as fast as the links allow. */
  readonly rate: number | null;
  /** Null: at once. */
  readonly startsAt: number | null;
  readonly expiresAfterMs: number | null;
  /** Its texts advertise: they are kept from people in the quiet hours of the service. */
  readonly isPromotional: boolean;
  readonly lines: AsyncIterable<WrittenLine>;
  readonly mayTakeEffect: MayTakeEffect;
}

/** A line as it was written: to a participant of a conversation, or to whoever has a number and texts one of ours. */
export type WrittenLine = { readonly line: number } & (
  | { readonly detail: string }
  | ({ readonly text: string; readonly ref: string | null } & (
      | { readonly conversationId: string; readonly to: string }
      | { readonly number: Msisdn; readonly from: Msisdn }
    ))
);

export interface RefusedLine {
  readonly line: number;
  /** Without a number or a text. */
  readonly detail: string;
}

export interface TakenBroadcast {
  /** Null: it was only checked. */
  readonly id: string | null;
  readonly state: "active" | "completed" | "checked";
  readonly accepted: number;
  readonly refusedCount: number;
  /** The first of them. */
  readonly refused: readonly RefusedLine[];
  /** Of what was accepted. */
  readonly segments: number;
  /** Of what was only checked: lines whose recipients want no texts. */
  readonly optedOut: number;
}

export type SendBroadcastOutcome =
  | { readonly kind: "taken"; readonly broadcast: TakenBroadcast }
  | { readonly kind: "too-many" }
  /** It would start too far from now. */
  | { readonly kind: "too-late" }
  /** It was not to take effect, or was withdrawn while it came in. */
  | { readonly kind: "withdrawn" };

/** Refusals that are told. */
export const REFUSED_MAX = 100;
/** Lines that are looked up and written together. */
const BATCH = 250;

/**
 * Takes a broadcast line by line, however long: it is sent from the moment when its last line is stored. `ids` are those of this request:
 * repeated with the same ids, it is taken once.
 */
export const sendBroadcast =
  (ports: SendBroadcastPorts) =>
  async (
    { lines, dryRun, mayTakeEffect, ...input }: SendBroadcastInput,
    ids: Ids,
  ): Promise<SendBroadcastOutcome> => {
    const { broadcasts, clock } = ports;
    const id = ids.next();
    const createdAt = clock.now();
    if (input.startsAt !== null && input.startsAt > createdAt + START_WITHIN_MS) return { kind: "too-late" };
    const startsAt = Math.max(createdAt, input.startsAt ?? createdAt);
    const expiresAt = input.expiresAfterMs === null ? null : startsAt + input.expiresAfterMs;
    const { serviceId, rate, isPromotional } = input;
    if (!dryRun)
      await broadcasts.begin({ ...{ id, serviceId, rate, startsAt, expiresAt, createdAt }, isPromotional });
    const tally = { accepted: 0, refusedCount: 0, segments: 0, optedOut: 0 };
    const refused: RefusedLine[] = [];
    const refuse = (line: number, detail: string): void => {
      tally.refusedCount += 1;
      if (refused.length < REFUSED_MAX) refused.push({ line, detail });
    };
    const refs = new Set<string>();
    const look = lookUpLines(ports, serviceId);

    const take = async (batch: readonly WrittenLine[]): Promise<void> => {
      const found = await look(batch);
      const good: FoundLine[] = [];
      for (const each of found) {
        if (typeof each.found === "string") refuse(each.line, each.found);
        else good.push(each.found);
      }
      // Refs of what is only checked are compared here: storage sees none of it.
      const repeated = new Set(
        dryRun
          ? good.filter(({ line: { ref } }) => isRepeated(refs, ref)).map(({ line }) => line.line)
          : await broadcasts.append(
              id,
              good.map(({ line }) => line),
            ),
      );
      for (const { line, optedOut } of good) {
        if (repeated.has(line.line)) refuse(line.line, "ref is another line's already");
        else {
          tally.accepted += 1;
          tally.segments += countSegments(line.text);
          if (dryRun && (await optedOut())) tally.optedOut += 1;
        }
      }
    };

    try {
      let batch: WrittenLine[] = [];
      let count = 0;
      for await (const line of lines) {
        count += 1;
        if (count > LINES_MAX) {
          await broadcasts.discard(id);
          return { kind: "too-many" };
        }
        batch.push(line);
        if (batch.length < BATCH) continue;
        await take(batch);
        batch = [];
      }
      if (batch.length > 0) await take(batch);
      if (!(await mayTakeEffect())) {
        await broadcasts.discard(id);
        return { kind: "withdrawn" };
      }
    } catch (error) {
      // What was not received whole is forgotten; where storage is lost, so is this, until it is pruned.
      await broadcasts.discard(id).catch(() => {});
      throw error;
    }
    const told = { ...tally, refused: refused.toSorted((a, b) => a.line - b.line) };
    if (dryRun) return { kind: "taken", broadcast: { id: null, state: "checked", ...told } };
    const active = await broadcasts.activate(id, clock.now());
    if (active === null) return { kind: "withdrawn" };
    return {
      kind: "taken",
      broadcast: { id, state: active.state === "completed" ? "completed" : "active", ...told },
    };
  };

const isRepeated = (refs: Set<string>, ref: string | null): boolean => {
  if (ref === null) return false;
  const is = refs.has(ref);
  refs.add(ref);
  return is;
};

interface FoundLine {
  readonly line: BroadcastLine;
  readonly optedOut: () => Promise<boolean>;
}

/** Each line with what it names, or why it is refused. */
const lookUpLines =
  ({ conversations, traffic, optOuts }: SendBroadcastPorts, serviceId: string) =>
  async (
    batch: readonly WrittenLine[],
  ): Promise<readonly { readonly line: number; readonly found: FoundLine | string }[]> => {
    const pairs = batch.flatMap((each) =>
      "number" in each ? [{ sender: each.number, virtualNumber: each.from }] : [],
    );
    const routes = pairs.length > 0 ? await traffic.routes(pairs) : [];
    let at = 0;
    const named = batch.map((each) => {
      if ("detail" in each) return { each, to: each.detail };
      if (!("number" in each))
        return { each, to: { conversationId: each.conversationId, recipientId: each.to } };
      const route = routes[at++] ?? null;
      if (route === null || route === "unreadable" || route.closedAt !== null)
        return { each, to: "from stands for nobody whom number texts in an open conversation" };
      return { each, to: { conversationId: route.conversationId, recipientId: route.senderId } };
    });
    const ids = new Set(named.flatMap(({ to }) => (typeof to === "string" ? [] : [to.conversationId])));
    const found = new Map<string, Conversation | null>();
    await Promise.all([...ids].map(async (id) => found.set(id, await conversations.get(id))));
    return named.map(({ each, to }) => {
      const { line } = each;
      if (typeof to === "string" || "detail" in each) return { line, found: to as string };
      const conversation = found.get(to.conversationId);
      if (!conversation || conversation.serviceId !== serviceId)
        return { line, found: "conversation does not exist" };
      if (conversation.closedAt !== null) return { line, found: "conversation is closed" };
      const recipient = conversation.participants.find(({ id }) => id === to.recipientId);
      if (!recipient) return { line, found: "to must be the id of a participant of this conversation" };
      if (showsNumber(each.text, counterpart(conversation.participants, recipient.id)!.number))
        return { line, found: "text must not show the other participant's number" };
      const { text, ref } = each;
      return {
        line,
        found: {
          line: { line, text, ref, ...to },
          optedOut: async () => (await optOuts.get(serviceId, recipient.number)) !== null,
        },
      };
    });
  };
