import { receiptCode } from "#adapters/vonage/receipt-codes.ts";
import type { SmppProfile } from "./profile.ts";
import { SMPP_34, STATUS_MEANINGS, SUBMIT_STATUSES } from "./smpp34.ts";

/**
 * SMPP as Vonage speaks it.
 *
 * Sources: support 204015703 (0x58: more than 30 a second, send the same again after a pause), 204015713 (0x05: a third bind), 204015773
 * (after 0x08, 0x14, 0x45, 0x58, 0x67, 0xFE and 0xFF a deliver_sm comes again, after any other status it is lost), 204015663 and
 * 215468998 (ids are hexadecimal in submit_sm_resp, decimal in receipts; the words of `stat`), 204014733 (`err`), 212908308 (data_coding
 * 0 is GSM 03.38, unpacked).
 */
export const VONAGE: SmppProfile = {
  ...SMPP_34,
  name: "Vonage",
  submitStatuses: SUBMIT_STATUSES,
  messageIdForm: "hex-dec",
  // breakage: drop-unavailable
  tryAgain: { unavailable: 0x08, overloaded: 0x58 },
  defaultAlphabet: "gsm",
  addresses: { international: { ton: 1, npi: 1 } },
  receipts: {
    ...SMPP_34.receipts,
    // Vonage says UNKNOWN of what it will say no more of.
    meanings: { ...STATUS_MEANINGS, unknown: "failed" },
    error: receiptCode,
  },
};
