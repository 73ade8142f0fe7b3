import { createSmppLink, type SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { InboundSink } from "#adapters/smpp/delivery/inbound-sink.ts";
import { createRedeliveries } from "#adapters/smpp/delivery/redelivery.ts";
import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import type { BindType } from "#adapters/smpp/protocol/pdu.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import type { StorageGap, UnconfirmedKey } from "#core/domain/redelivery.ts";
import { checkSent } from "#core/engine/inbound/check-sent.ts";
import { classifyRedelivery } from "#core/engine/inbound/classify-redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { ProcessBody } from "#test/simulation/machines/process.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { RECONNECT, SESSION_TIMES, SETTINGS } from "#test/simulation/settings.ts";
import { simulatedOpener } from "./simulated-socket.ts";
import type { Smsc } from "./smsc.ts";
import type { Unheard } from "./unheard.ts";
import type { Wire } from "./wire.ts";

export interface SmppLinksSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Under which the process reports what of its own is unconfirmed. */
  readonly id: string;
  readonly process: ProcessBody;
  readonly smsc: Smsc;
  readonly bindTypes: readonly BindType[];
  readonly messageIdForm: MessageIdForm;
  readonly unheard: Unheard;
  opened(wire: Wire): void;
  onUnconfirmed(keys: readonly UnconfirmedKey[]): void;
  /** When the process last could not report. */
  storageGap(): StorageGap | null;
  readonly resolveUnconfirmed: InboundSink["resolveUnconfirmed"];
  fault(error: unknown): void;
}

/** deliver_sm that may wait for their answers: fewer than the SMSC has under way, so that some are told to come again. */
const WAITING = 5;

/** The carrier repeats within this time, and no world has as many texts. */
const REDELIVERY_MS = 3_600_000;
const TEXTS_MAX = 200;

const READS_A_MS = 1e7;

/** The real binds of one gateway, over simulated wires. */
export const smppLinks = ({
  id,
  process,
  bindTypes,
  messageIdForm,
  onUnconfirmed,
  storageGap,
  resolveUnconfirmed,
  fault,
  ...surroundings
}: SmppLinksSurroundings): readonly SmppLink[] => {
  const { scheduler, random } = surroundings;
  const redeliveries = createRedeliveries(REDELIVERY_MS, TEXTS_MAX);
  const open = simulatedOpener({ ...surroundings, process });
  /** The time of storage, as in the gateway. */
  const clock: Clock = { now: () => process.relay()?.clock.now() ?? process.clock.now() };
  let reads = 0;
  /** As on a real machine, no two instants are the same. */
  const now = (): number => {
    reads += 1;
    return scheduler.now() + reads / READS_A_MS;
  };
  return bindTypes.map((bindType, i) =>
    createSmppLink({
      name: `smpp-${i}`,
      connection: {
        endpoint: { host: "smsc", port: 2775 },
        credentials: { systemId: "house", password: "secret", systemType: "" },
        bindType,
        windowMax: SETTINGS.window,
        waitingMax: WAITING,
        times: SESSION_TIMES,
        reconnect: RECONNECT,
      },
      profile: { ...VONAGE, messageIdForm },
      sink: {
        offer: (message, done) => {
          const relay = process.relay();
          if (relay) relay.writer.offer(message, done);
          else done("unavailable");
        },
        offerReceipt: (receipt, done) => {
          const relay = process.relay();
          if (relay) relay.writer.offerReceipt(receipt, done);
          else done("unavailable");
        },
        checkDuplicate: classifyRedelivery({ ...process.storage, clock }, id, storageGap),
        resolveUnconfirmed,
        matchSent: checkSent(process.storage),
      },
      redeliveries,
      clock,
      ids: process.ids,
      onLateId: ({ message, part, parts, carrierId }) => {
        process.relay()?.writer.record({
          accepted: [
            {
              messageId: message.id,
              part,
              parts,
              carrierId,
              link: "smpp",
              attempts: 1,
              at: process.clock.now(),
            },
          ],
        });
      },
      onUnconfirmed,
      onFault: fault,
      ports: {
        now,
        chance: random.next,
        after: process.timer.after,
        newId: process.ids.next,
        open,
      },
    }),
  );
};
