import type { Command } from "./command.ts";
import { AUDIT_COMMANDS } from "./commands/audit.ts";
import { BROADCAST_COMMANDS } from "./commands/broadcasts.ts";
import { CONVERSATION_COMMANDS } from "./commands/conversations.ts";
import { DOCTOR_COMMANDS } from "./commands/doctor.ts";
import { EVENT_COMMANDS } from "./commands/events.ts";
import { KEY_COMMANDS } from "./commands/keys.ts";
import { LINK_COMMANDS } from "./commands/links.ts";
import { NUMBER_COMMANDS } from "./commands/numbers.ts";
import { OPT_OUT_COMMANDS } from "./commands/opt-outs.ts";
import { PRIVACY_COMMANDS } from "./commands/privacy.ts";
import { SERVICE_COMMANDS } from "./commands/services.ts";
import { STATUS_COMMANDS } from "./commands/status.ts";
import { WEBHOOK_COMMANDS } from "./commands/webhooks.ts";

/** Everything that an operator can say. */
export const COMMANDS: readonly Command[] = [
  ...STATUS_COMMANDS,
  ...LINK_COMMANDS,
  ...CONVERSATION_COMMANDS,
  ...NUMBER_COMMANDS,
  ...OPT_OUT_COMMANDS,
  ...WEBHOOK_COMMANDS,
  ...BROADCAST_COMMANDS,
  ...EVENT_COMMANDS,
  ...PRIVACY_COMMANDS,
  ...AUDIT_COMMANDS,
  ...SERVICE_COMMANDS,
  ...DOCTOR_COMMANDS,
  ...KEY_COMMANDS,
];
