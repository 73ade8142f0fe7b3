import smpp, { type PDU, type Session } from "smpp";

/** A customer's SMPP client, by node-smpp and nothing else: it knows neither side's code. */
export interface Esme {
  readonly bind: (mode?: "transceiver" | "receiver" | "transmitter", fields?: BindFields) => Promise<number>;
  /** A submit_sm; resolves with the response, or with nothing when the link goes first. */
  readonly submit: (fields: Record<string, unknown>) => Promise<PDU | undefined>;
  readonly request: (command: string, fields?: Record<string, unknown>) => Promise<PDU | undefined>;
  /** deliver_sm as they came, texts decoded by node-smpp. */
  readonly delivered: readonly PDU[];
  /** Every other PDU that came. */
  readonly received: readonly PDU[];
  readonly isClosed: () => boolean;
  readonly write: (octets: Buffer) => void;
  readonly close: () => void;
}

interface BindFields {
  readonly system_id?: string;
  readonly password?: string;
  readonly system_type?: string;
}

export interface EsmeBehaviour {
  /** The command_status for a deliver_sm; nothing: no answer. */
  readonly answer?: (pdu: PDU, count: number) => number | undefined;
  readonly answersEnquireLink?: boolean;
}

export const connectEsme = (port: number, behaviour: EsmeBehaviour = {}): Esme => {
  const { answer = () => 0, answersEnquireLink = true } = behaviour;
  const session: Session = smpp.connect({ host: "127.0.0.1", port, noDelay: true });
  const delivered: PDU[] = [];
  const received: PDU[] = [];
  const waiting = new Set<() => void>();
  let isClosed = false;

  session.on("error", () => session.destroy());
  session.on("close", () => {
    isClosed = true;
    for (const give of waiting) give();
  });
  session.on("pdu", (pdu: PDU) => {
    if (pdu.command !== "deliver_sm") {
      received.push(pdu);
      if (pdu.command === "enquire_link" && answersEnquireLink) session.send(pdu.response());
      return;
    }
    delivered.push(pdu);
    const status = answer(pdu, delivered.length);
    if (status !== undefined) session.send(pdu.response({ command_status: status }));
  });

  const request = (command: string, fields: Record<string, unknown> = {}): Promise<PDU | undefined> => {
    const { promise, resolve } = Promise.withResolvers<PDU | undefined>();
    const give = () => resolve(undefined);
    waiting.add(give);
    const done = (pdu: PDU) => {
      waiting.delete(give);
      resolve(pdu);
    };
    if (isClosed) give();
    else session.send(new smpp.PDU(command, fields), done);
    return promise;
  };

  return {
    bind: async (mode = "transceiver", fields = {}) => {
      const bind = { system_id: "abcd1234", password: "s3cr3t", interface_version: 0x34, ...fields };
      return (await request(`bind_${mode}`, bind))?.command_status ?? -1;
    },
    submit: (fields) =>
      request("submit_sm", {
        source_addr_ton: 1,
        source_addr_npi: 1,
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        data_coding: 0,
        ...fields,
      }),
    request,
    delivered,
    received,
    isClosed: () => isClosed,
    write: (octets) => session.socket.write(octets),
    close: () => session.destroy(),
  };
};

/** The text of a deliver_sm, and the header in front of it as octets. */
export const messageOf = (pdu: PDU): { readonly text: string; readonly header: readonly number[] } => {
  const { message, udh } = pdu.short_message as { message: string; udh?: readonly Buffer[] };
  return { text: message, header: (udh ?? []).flatMap((element) => [...element]) };
};
