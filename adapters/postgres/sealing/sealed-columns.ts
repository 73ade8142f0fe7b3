import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { AssociatedData } from "./keyring.ts";
import { answerRow, lineRow, routeRow, webhookAnswerRow } from "./sealed-values.ts";

type KeyRow = Readonly<Record<string, string | number>>;

/** A column of sealed values: by which key its rows are gone through, and under which name each is sealed. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key: names and types of its columns. */
  readonly key: readonly (readonly [name: string, type: "uuid" | "bigint" | "text"])[];
  /** Other columns that the name needs. */
  readonly others?: readonly string[];
  readonly purpose: AssociatedData["purpose"];
  row(key: KeyRow): string;
}

const ID = [["id", "uuid"]] as const;
const byId = ({ id }: KeyRow): string => String(id);

/** Every column that holds something sealed. A new one belongs here, or its old keys can never be retired. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    ...{ table: "secret", column: "sealed", key: [["name", "text"]], purpose: "secret" },
    row: ({ name }) => String(name),
  },
  {
    ...{ table: "route", column: "recipient", purpose: "route" },
    key: [
      ["sender_index", "uuid"],
      ["virtual_number", "bigint"],
    ],
    others: ["conversation_id", "recipient_id"],
    row: (key) =>
      routeRow({
        senderIndex: hexOf(String(key.sender_index)),
        virtualNumber: String(key.virtual_number),
        conversationId: String(key.conversation_id),
        recipientId: String(key.recipient_id),
      }),
  },
  { table: "participant", column: "details", key: ID, purpose: "participant", row: byId },
  { table: "conversation", column: "details", key: ID, purpose: "conversation", row: byId },
  { table: "conversation", column: "close_reason", key: ID, purpose: "reason", row: byId },
  { table: "message", column: "payload", key: ID, purpose: "message", row: byId },
  {
    ...{ table: "inbound_part", column: "payload", key: [["key", "uuid"]], purpose: "part" },
    row: ({ key }) => hexOf(String(key)),
  },
  {
    ...{ table: "opt_out", column: "number", purpose: "opt-out" },
    key: [
      ["number_index", "uuid"],
      ["service_id", "uuid"],
    ],
    row: ({ number_index }) => hexOf(String(number_index)),
  },
  {
    ...{ table: "idempotency", column: "answer", key: [["request_index", "uuid"]], purpose: "answer" },
    row: ({ request_index }) => answerRow(hexOf(String(request_index))),
  },
  { table: "service", column: "hook_secrets", key: ID, purpose: "hooks", row: byId },
  { table: "erasure", column: "number", key: ID, purpose: "erased", row: byId },
  { table: "hold", column: "reason", key: ID, purpose: "hold", row: byId },
  { table: "webhook_endpoint", column: "secrets", key: ID, purpose: "webhook", row: byId },
  {
    ...{ table: "webhook_attempt", column: "answer", key: [["position", "bigint"]] },
    others: ["endpoint_id", "event_id", "attempt"],
    purpose: "webhook-answer",
    row: ({ endpoint_id, event_id, attempt }) =>
      webhookAnswerRow(String(endpoint_id), String(event_id), Number(attempt)),
  },
  {
    ...{ table: "broadcast_line", column: "payload", purpose: "line" },
    key: [
      ["broadcast_id", "uuid"],
      ["line", "bigint"],
    ],
    row: ({ broadcast_id, line }) => lineRow(String(broadcast_id), line!),
  },
];
