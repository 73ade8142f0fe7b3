import { TypeID } from "typeid-js";

type Prefix = "cnv" | "par" | "msg";

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
export const messageId = (uuid: string): string => encode("msg", uuid);

export const readConversationId = (id: string): string | null => decode("cnv", id);
export const readParticipantId = (id: string): string | null => decode("par", id);
export const readMessageId = (id: string): string | null => decode("msg", id);
