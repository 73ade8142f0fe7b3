import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import type { RentedNumber } from "#apps/simulator/options.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import { type Msisdn, parseMsisdn } from "#core/domain/msisdn.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import { rulesOf } from "#core/ports/services.ts";
import type { Storage } from "#core/ports/storage.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { SYSTEM_TYPE } from "./running-gateway.ts";

const ids = uuidV7Ids(systemClock);

/** British numbers of ours, whose texts come over SMPP. */
export const ourNumbers = (count: number): readonly RentedNumber[] =>
  Array.from({ length: count }, (_, place) => ({
    country: "GB",
    msisdn: String(447_980_000_000 + place),
    moSmppSysType: SYSTEM_TYPE,
  }));

/** Puts them into our pool. */
export const register = async (storage: Storage, numbers: readonly RentedNumber[]): Promise<void> => {
  for (const { msisdn, country } of numbers) {
    await storage.numbers.add({
      number: numberOf(msisdn),
      serviceId: DEFAULT_SERVICE_ID,
      country,
      features: ["SMS"],
      at: systemClock.now(),
    });
  }
};

/** One who texts and one who is texted, and the number to text. */
export interface Side {
  readonly person: string;
  /** The number that stands for the other one. */
  readonly textsTo: string;
  readonly other: string;
  /** What the other one sees as the sender. */
  readonly shownAs: string;
  readonly conversation: string;
}

const anybody: NumberInsight = {
  lookup: async (number) => ({ kind: "valid", number, country: "GB", callingCode: "44" }),
};

const numberOf = (digits: string): Msisdn => {
  const number = parseMsisdn(digits);
  if (!number.ok) throw new Error("A number of the tests is none");
  return number.value;
};

let people = 0;
const somebody = (): Msisdn => numberOf(String(447_700_000_000 + people++));

/** Opens conversations between new people, without introductions: both sides of each. */
export const openConversations = async (storage: Storage, count: number): Promise<readonly Side[]> => {
  const open = openConversation({
    conversations: storage.conversations,
    insight: anybody,
    clock: systemClock,
    rentMore: async () => false,
    rulesOf: rulesOf(storage.services, {}),
  });
  const sides: Side[] = [];
  for (let i = 0; i < count; i += 1) {
    const outcome = await open(
      {
        serviceId: DEFAULT_SERVICE_ID,
        participants: [person(), person()],
        ttlMs: null,
        idleTtlMs: null,
        reference: null,
        onOpen: "new",
        geoMatch: "country",
        sticky: true,
        intros: false,
        metadata: {},
      },
      ids,
    );
    if (outcome.kind !== "opened") throw new Error(`A conversation cannot be opened: ${outcome.kind}`);
    sides.push(...sidesOf(outcome.conversation));
  }
  return sides;
};

const person = () => ({ number: somebody(), name: null, intro: null, country: null });

const sidesOf = ({ id: conversation, participants: [a, b] }: Conversation): readonly Side[] => [
  { person: a.number, textsTo: b.virtualNumber, other: b.number, shownAs: a.virtualNumber, conversation },
  { person: b.number, textsTo: a.virtualNumber, other: a.number, shownAs: b.virtualNumber, conversation },
];
