import { TypeID } from "typeid-js";
import type { ServiceName } from "#core/use-cases/find-service.ts";
import type { NameOfService } from "#core/use-cases/service-names.ts";

type Prefix = "cnv" | "par" | "msg" | "svc" | "whe" | "bct" | "blk" | "ers" | "hld" | "rep";

/** 26 characters of Crockford's base 32, the first of which holds three bits. */
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

const encode = (prefix: Prefix, uuid: string): string => TypeID.fromUUID(prefix, uuid).toString();

/** The UUID behind a public id; null when it is none of this kind. */
const decode = (prefix: Prefix, id: string): string | null => {
  const [start, suffix = "", ...rest] = id.split("_");
  if (start !== prefix || rest.length > 0 || !SUFFIX.test(suffix)) return null;
  return TypeID.fromString(id).toUUID();
};

/** Ids as the API shows them: TypeIDs, such as `cnv_01h455vb4pex5vsknk084sn02q`. */
export const conversationId = (uuid: string): string => encode("cnv", uuid);
export const participantId = (uuid: string): string => encode("par", uuid);
export const broadcastId = (uuid: string): string => encode("bct", uuid);
export const messageId = (uuid: string): string => encode("msg", uuid);

export const blockId = (uuid: string): string => encode("blk", uuid);
export const webhookEndpointId = (uuid: string): string => encode("whe", uuid);

export const erasureId = (uuid: string): string => encode("ers", uuid);
export const holdId = (uuid: string): string => encode("hld", uuid);
export const reportId = (uuid: string): string => encode("rep", uuid);

export const readErasureId = (id: string): string | null => decode("ers", id);
export const readHoldId = (id: string): string | null => decode("hld", id);
export const readConversationId = (id: string): string | null => decode("cnv", id);
export const readParticipantId = (id: string): string | null => decode("par", id);
export const readBroadcastId = (id: string): string | null => decode("bct", id);
export const readMessageId = (id: string): string | null => decode("msg", id);
export const readBlockId = (id: string): string | null => decode("blk", id);
export const readWebhookEndpointId = (id: string): string | null => decode("whe", id);

/** Its slug, as events and settings name it; of one that is gone its id. */
export const serviceName = (uuid: string, nameOf: NameOfService): string => nameOf(uuid) ?? serviceId(uuid);
export const serviceId = (uuid: string): string => encode("svc", uuid);

/** A service as it is named in a request: by its id, else by its slug. */
export const readServiceName = (name: string): ServiceName => {
  const id = decode("svc", name);
  return id === null ? { slug: name } : { id };
};

export const optionalServiceName = (name: string | null | undefined): ServiceName | null =>
  name == null ? null : readServiceName(name);
