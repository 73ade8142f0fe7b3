import type { OpeningRefusal } from "#core/domain/opening.ts";
import type { ExceededOpeningLimit } from "#core/domain/opening-limits.ts";
import type { MarketFailure } from "#core/ports/number-market.ts";
import type { RetryRefusal } from "#core/use-cases/retry-message.ts";
import type { Answer } from "./answers.ts";
import { invalid, notFound, problem, unavailable } from "./problems.ts";
import { participantId } from "./public-ids.ts";

/** What the API says when it does not do what it was asked for: each refusal is worded here and nowhere else. */
export const NO_CONVERSATION = notFound("conversation");
export const NO_BROADCAST = notFound("broadcast");
export const BROADCAST_OVER = problem(
  "broadcast-over",
  "The broadcast has ended, or is still being received",
);
export const NO_MESSAGE = notFound("message");
export const NO_NUMBER = notFound("number among ours");
export const NO_SERVICE = notFound("service");
export const NO_WEBHOOK_ENDPOINT = notFound("webhook endpoint");
export const BLOCKED_URL = problem(
  "blocked-url",
  "The address is in a private network; name the network in WEBHOOK_NETWORKS if it is meant",
);
export const NO_LINK = notFound("link");
export const NO_OPT_OUT = notFound("opt-out");
export const NO_BLOCK = notFound("block");
export const ONE_SERVICE = problem("forbidden", "This API key is for one service");
/** Its key belongs to another request, which is what the caller is told. */
export const WITHDRAWN = problem("request-running", "Another request has this Idempotency-Key");
export const NO_PARTICIPANT = notFound("participant in such a conversation");
export const CLOSED = problem("conversation-closed", "The conversation is closed");
export const VERSION_MISMATCH = problem(
  "version-mismatch",
  "The conversation has changed since; read it again",
);
export const SERVICE_VERSION_MISMATCH = problem(
  "version-mismatch",
  "The service has changed since; read it again",
);
export const REFERENCE_IN_USE = problem("reference-in-use", "An open conversation has this reference");
export const NUMBER_IN_USE = problem(
  "number-in-use",
  "Live or quarantined routes are left on the number: drain it and wait",
);
export const SERVICE_IN_USE = problem("service-in-use", "The service has numbers, or is the default one");
export const SLUG_IN_USE = problem("service-in-use", "Another service has this slug");
export const TOO_MANY_SERVICES = problem("too-many-requests", "There can be no more services");
export const OTHER_SERVICE = problem("number-in-use", "The number belongs to another service");
export const TOO_MANY_CHANGES = unavailable(
  "Too many conversations of these participants are being opened or changed",
);
export const tooManyOpenings = (limit: ExceededOpeningLimit): Answer =>
  problem(
    "too-many-requests",
    limit === "hour"
      ? "The service has opened as many conversations as it may in an hour"
      : "As many conversations as the service may open in an hour have gone to numbers like these",
    { headers: { "Retry-After": "60" } },
  );
export const SPEND_CAP_REACHED = problem(
  "too-many-requests",
  "As many segments have been sent today as SPEND_CAP, or the spendCap of the service, allows: what people write still goes through",
  { headers: { "Retry-After": "3600" } },
);
export const BAD_CURSOR = invalid({ path: "cursor", message: "is not a cursor of this list" });
export const NO_SUCH_RECIPIENT = invalid({
  path: "to",
  message: "must be the id of a participant of this conversation, or all",
});
export const NOT_HELD = invalid({
  path: "number",
  message: "is not held by the carrier account, so that every text from it would fail; rent it first",
});
export const NO_COUNTRY = invalid({ path: "number", message: "belongs to no country; name one" });
export const PARTICIPANTS_NUMBER = invalid({
  path: "number",
  message: "must not be a participant's own number",
});

/** `who`: such as a participant's id, never a number. */
export const optedOut = (who: string): Answer => problem("opted-out", `${who} wants no texts from us`);

/** Why a message is not sent once more. */
export const retryRefused = (refusal: RetryRefusal): Answer => {
  switch (refusal.kind) {
    case "not-found":
      return NO_MESSAGE;
    case "not-failed":
      return problem(
        "not-retryable",
        `The message is ${refusal.state}; only what failed or expired is sent again`,
      );
    case "participant-left":
      return problem("not-retryable", "One of the two it was between has left the conversation");
    case "no-open-hour":
      return noOpenHour(participantId(refusal.participantId));
    case "no-text":
      return problem("not-retryable", "Its text has been erased, or cannot be read");
    case "closed":
      return CLOSED;
    case "opted-out":
      return optedOut(participantId(refusal.participantId));
    case "blocked":
      return problem("opted-out", "One of the two participants has blocked the other");
  }
};

export const noOpenHour = (who: string): Answer =>
  invalid({
    path: "promotional",
    message: `leaves no hour in which ${who} may be sent this: the number may be in too many time zones, and timeZone would tell`,
  });

/** `path`: the field whose text one participant would read, and which holds the number of the other. */
export const revealsNumber = (path: string): Answer =>
  invalid({
    path,
    message: "must not contain the real number of a participant that this one must not learn",
  });

/** Sold out is a matter of the pool; whatever else the carrier refuses may pass. */
export const marketProblem = ({ code, detail }: MarketFailure): Answer =>
  code === "sold-out"
    ? problem("pool-exhausted", `Cannot rent: ${detail}`)
    : unavailable(`The carrier says: ${detail}`);

/** How a request speaks of a participant: the path of their fields (null: not in it), and a word for them. */
export interface ParticipantInRequest {
  readonly path: string | null;
  readonly who: string;
}

const at = ({ path }: ParticipantInRequest, field: string): string => (path ? `${path}.${field}` : field);

/** Why two participants cannot be joined, as a problem that names nobody's number. */
export const openingRefused = (
  refusal: OpeningRefusal,
  participants: readonly [ParticipantInRequest, ParticipantInRequest],
): Answer => {
  switch (refusal.kind) {
    case "same-number": {
      const second = participants[1].path === null ? participants[0] : participants[1];
      return invalid({ path: at(second, "number"), message: "must not be the other participant's number" });
    }
    case "virtual-number":
      return invalid({
        path: at(participants[refusal.person], "number"),
        message: "must not be one of our own virtual numbers",
      });
    case "reveals-number":
      return revealsNumber(at(participants[refusal.person], refusal.field));
    case "opted-out":
      return optedOut(participants[refusal.person].who);
    case "blocked":
      return problem("opted-out", "One of the two participants has blocked the other");
    case "number-not-ours":
      return invalid({
        path: at(participants[refusal.person], "virtualNumber"),
        message: "must be one of our active virtual numbers that can carry SMS",
      });
    case "number-taken":
      return problem(
        "number-in-use",
        `The virtual number for ${participants[refusal.person].who} already means somebody to the other one`,
      );
    case "pool-exhausted":
      return problem(
        "pool-exhausted",
        `No virtual number in ${refusal.country} is free for ${participants[refusal.person].who}`,
      );
  }
};
