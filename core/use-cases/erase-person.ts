import { CLOSE_REASON } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { certificateOf, certificateText, completedFact, type Erasure } from "#core/domain/privacy/erasure.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Certify, Erasures, NewErasure } from "#core/ports/erasures.ts";
import type { RulesOf } from "#core/ports/services.ts";
import type { Signer } from "#core/ports/signer.ts";

export interface ErasePersonPorts {
  readonly erasures: Erasures;
  readonly conversations: Pick<Conversations, "list" | "close">;
  readonly audit: Pick<AuditLog, "personDigest">;
  readonly rulesOf: RulesOf;
  readonly clock: Pick<Clock, "now">;
  /** Null: certificates cannot be signed, and so nobody is erased. */
  readonly signer: Signer | null;
  /** Which program it is, for the certificate. */
  readonly tool: string;
}

const PAGE = 100;
/** Nobody takes part in so many conversations at a time. */
const PAGES_MAX = 1_000;

/** Puts what is open of a person to an end, and then forgets the person. What fails is tried again with all that is unfinished. */
const carryOut = async (ports: ErasePersonPorts, signer: Signer, id: string, number: Msisdn) => {
  const { erasures, conversations, rulesOf, clock, tool } = ports;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items } = await conversations.list(
      { serviceId: null, state: "open", participant: handsetOf(number), reference: null },
      { limit: PAGE, after: null },
    );
    if (items.length === 0) break;
    for (const each of items) {
      const at = clock.now();
      const { quarantineMs } = await rulesOf(each.serviceId);
      await conversations.close({
        ...{ id: each.id, reason: CLOSE_REASON.erased, at },
        ...{ quarantinedUntil: at + quarantineMs, unlessTextedAfter: null },
      });
    }
  }
  const certify: Certify = {
    fact: (erasure, result) => completedFact(erasure, result, clock.now()),
    certificate: (erasure, result, entry) => {
      const unsigned = certificateOf(erasure, result, entry, { tool, keyId: signer.keyId });
      return { ...unsigned, signature: signer.sign(certificateText(unsigned)) };
    },
  };
  return erasures.carryOut(id, clock.now(), certify);
};

/**
 * Erases a person, by one of their numbers, over all services. Null: there is no key that could sign the certificate, and nothing was done.
 */
export const erasePerson =
  (ports: ErasePersonPorts) =>
  async (
    asked: Pick<NewErasure, "id" | "requestedBy" | "requestId">,
    number: Msisdn,
  ): Promise<Erasure | null> => {
    const { erasures, audit, clock, signer } = ports;
    if (signer === null) return null;
    const erasure = { ...asked, person: await audit.personDigest(number), requestedAt: clock.now() };
    await erasures.begin(erasure, handsetOf(number));
    return carryOut(ports, signer, asked.id, number);
  };

const UNFINISHED_MAX = 20;

/** Goes on with erasures that were interrupted, or that a hold kept back. */
export const finishErasures = (ports: ErasePersonPorts) => async (): Promise<void> => {
  const { erasures, clock, signer } = ports;
  if (signer === null) return;
  for (const { id, number } of await erasures.unfinished(UNFINISHED_MAX))
    await carryOut(ports, signer, id, number);
  await erasures.forgetPairs(clock.now());
};
