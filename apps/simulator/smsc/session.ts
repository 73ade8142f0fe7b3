import type { Socket } from "node:net";
import type { CustomerContext } from "#apps/simulator/context.ts";
import { STATUS } from "./command-status.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { Deliveries } from "./deliveries.ts";
import { createDeliveryWindow, type DeliveryWindow } from "./delivery-window.ts";
import { encodePdu, type Pdu, responseTo } from "./raw-pdu.ts";
import type { SubmitHandler } from "./submit-handler.ts";

/** A connection that does not bind is closed after this. */
const BIND_MS = 10_000;
/** SMPP 3.4 §3.4.2: customers of an earlier version (or who say 0) get no TLVs. */
const SMPP_3_4 = 0x34;
const SEQUENCE_MAX = 0x7fff_ffff;

type BindMode = "transmitter" | "receiver" | "transceiver";

const BINDS: Readonly<Record<string, BindMode>> = {
  bind_transmitter: "transmitter",
  bind_receiver: "receiver",
  bind_transceiver: "transceiver",
};

type State =
  | { readonly state: "open" }
  | {
      readonly state: "bound";
      readonly mode: BindMode;
      readonly takesTlvs: boolean;
      readonly window: DeliveryWindow | undefined;
    }
  | { readonly state: "closed" };

/** One connection of a customer, from the first octet to the last. */
export interface Session {
  readonly isBound: () => boolean;
  readonly destroy: () => void;
}

interface Surroundings {
  readonly server: string;
  readonly deliveries: Deliveries;
  readonly submit: SubmitHandler;
  /** Whether one more bind is allowed. */
  readonly hasRoom: () => boolean;
  readonly closed: () => void;
}

export const openSession = (context: CustomerContext, socket: Socket, around: Surroundings): Session => {
  const { stats, faults, settings, timers } = context;
  const { smpp, account } = settings;
  const name = `${around.server} ${socket.remotePort ?? 0}`;
  const openedAt = performance.now();
  let state: State = { state: "open" };
  let sequence = 0;
  let heardAt = openedAt;
  let askedAt = openedAt;

  const nextSequence = (): number => {
    sequence = sequence >= SEQUENCE_MAX ? 1 : sequence + 1;
    return sequence;
  };

  const answer = (pdu: Pdu, command: string, fields: Readonly<Record<string, unknown>> = {}): void =>
    wire.send(encodePdu(command, { ...fields, sequence_number: pdu.sequence_number }));

  const bindStatus = (pdu: Pdu): number => {
    if (state.state === "bound") return STATUS.alreadyBound;
    if (faults.takeBindRefusal()) return STATUS.bindFailed;
    if (pdu.system_id !== account.systemId) return STATUS.invalidSystemId;
    if (pdu.password !== account.password) return STATUS.invalidPassword;
    return around.hasRoom() ? STATUS.ok : STATUS.alreadyBound;
  };

  const bind = (pdu: Pdu, mode: BindMode) => {
    const status = bindStatus(pdu);
    const response = `${pdu.command}_resp`;
    if (status !== STATUS.ok) {
      stats.smpp.bindsRefused += 1;
      return answer(pdu, response, { command_status: status });
    }
    stats.smpp.binds += 1;
    const takesTlvs = Number(pdu.interface_version) >= SMPP_3_4;
    answer(pdu, response, {
      system_id: "SIMULATOR",
      ...(takesTlvs && { sc_interface_version: SMPP_3_4 }),
    });
    const systemType = typeof pdu.system_type === "string" ? pdu.system_type : "";
    const window =
      mode === "transmitter"
        ? undefined
        : createDeliveryWindow(
            { systemType, takesTlvs, size: smpp.window },
            around.deliveries,
            nextSequence,
            wire.send,
          );
    state = { state: "bound", mode, takesTlvs, window };
    if (window) around.deliveries.join(window.receiver);
  };

  const handle = (pdu: Pdu) => {
    heardAt = performance.now();
    const mode = BINDS[pdu.command];
    if (mode) return bind(pdu, mode);
    switch (pdu.command) {
      case "submit_sm":
        if (state.state !== "bound" || state.mode === "receiver") {
          return answer(pdu, "submit_sm_resp", { command_status: STATUS.wrongBindState });
        }
        return around.submit(pdu, {
          server: around.server,
          connection: name,
          takesTlvs: state.takesTlvs,
          send: wire.send,
          cut: wire.destroy,
        });
      case "deliver_sm_resp":
      case "data_sm_resp":
      case "generic_nack":
        if (state.state === "bound") state.window?.answer(pdu.sequence_number, pdu.command_status);
        return;
      case "enquire_link":
        return answer(pdu, "enquire_link_resp");
      case "unbind":
        answer(pdu, "unbind_resp");
        return wire.end();
      default:
        // Responses that nobody asked for are dropped. Requests that are not served are refused with their own response, as
        // some clients wait for nothing else.
        if (!pdu.isResponse) answer(pdu, responseTo(pdu), { command_status: STATUS.invalidCommandId });
    }
  };

  const wire: Connection = openConnection(socket, {
    pdu: handle,
    malformed: () => {
      stats.smpp.malformed += 1;
    },
    closed: () => {
      const before = state;
      state = { state: "closed" };
      stopWatch();
      if (before.state === "bound") before.window?.close();
      around.closed();
    },
  });

  const watch = () => {
    const now = performance.now();
    if (state.state === "open" && now - openedAt >= BIND_MS) return wire.destroy();
    if (now - heardAt >= smpp.sessionTimeoutMs) return wire.destroy();
    if (state.state !== "bound") return;
    if (now - Math.max(heardAt, askedAt) >= smpp.enquireLinkMs) {
      askedAt = now;
      wire.send(encodePdu("enquire_link", { sequence_number: nextSequence() }));
    }
    state.window?.sweep(smpp.deliverTimeoutMs);
  };

  const beat = Math.max(10, Math.min(1_000, smpp.enquireLinkMs / 4, smpp.deliverTimeoutMs / 4));
  const stopWatch = timers.every(beat, watch);

  return { isBound: () => state.state === "bound", destroy: wire.destroy };
};
