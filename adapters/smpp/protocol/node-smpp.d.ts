/** What we use of node-smpp 0.5.1, which brings no types. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Server as NetServer, Socket } from "node:net";

  type Fields = Record<string, unknown>;

  class PDU {
    /** Longest PDU taken; global, 16,384 unless set. */
    static maxLength: number;
    /** A Buffer is decoded (may throw), a name makes a new PDU of that command. */
    constructor(command: string | Buffer, fields?: Fields);
    command: string;
    command_id: number;
    command_length: number;
    command_status: number;
    sequence_number: number;
    [field: string]: unknown;
    isResponse(): boolean;
    response(fields?: Fields): PDU;
    /** Changes the PDU; may throw. */
    toBuffer(): Buffer;
  }

  interface Session extends EventEmitter {
    readonly socket: Socket;
    send(pdu: PDU, onResponse?: (response: PDU) => void): boolean;
    deliver_sm(fields: Fields, onResponse?: (response: PDU) => void): boolean;
    submit_sm(fields: Fields, onResponse?: (response: PDU) => void): boolean;
    enquire_link(fields?: Fields, onResponse?: (response: PDU) => void): boolean;
    unbind(fields?: Fields, onResponse?: (response: PDU) => void): boolean;
    close(done?: () => void): void;
    destroy(done?: () => void): void;
  }

  interface Server extends NetServer {
    readonly sessions: Session[];
  }

  interface FieldType {
    filter?: unknown;
  }

  interface Smpp {
    readonly PDU: typeof PDU;
    readonly commands: Record<string, { id: number; params?: Record<string, FieldType> }>;
    readonly tlvs: Record<string, FieldType & { id: number; multiple?: boolean }>;
    readonly types: { tlv: Record<"int8" | "int16" | "int32" | "cstring" | "string" | "buffer", unknown> };
    readonly errors: Record<string, number>;
    createServer(listener: (session: Session) => void): Server;
    createServer(options: Fields, listener: (session: Session) => void): Server;
    connect(options: Fields): Session;
    addTLV(name: string, options: { id: number; type: unknown }): void;
  }

  const smpp: Smpp;
  export default smpp;
  export type { PDU, Server, Session, Smpp };
}
