import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { statusCode, statusName } from "#adapters/smpp/protocol/status-names.ts";
import type { DownReason } from "#adapters/smpp/session/output.ts";
import type { ConnectionStatus } from "#adapters/smpp/session/smpp-connection.ts";
import type { LinkHealth, LinkReason } from "#core/ports/carrier-link.ts";

/** A bind, or a submit_sm, that has had no answer for so long is named as such: SMSCs answer within a second. */
const UNANSWERED_MS = 3_000;

/** What the SMSC means by refusing a bind, and what to do about it. */
const BIND_REFUSALS: ReadonlyMap<number, string> = new Map([
  [
    STATUS.alreadyBound,
    "The carrier allows no more binds of this account: end others, or wait until it has noticed that one is gone",
  ],
  [
    STATUS.bindFailed,
    "The carrier refuses the bind without a reason: its own trouble, or the account is not open for this host",
  ],
  [STATUS.invalidPassword, "The carrier refuses the password: check SMPP_PASSWORD"],
  [STATUS.invalidSystemId, "The carrier does not know the system id: check SMPP_SYSTEM_ID"],
  [STATUS.invalidSystemType, "The carrier refuses the system type: check SMPP_SYSTEM_TYPE"],
]);

type PlainKind = Exclude<
  DownReason["kind"],
  "bind-refused" | "session-fault" | "unreachable" | "peer-closed"
>;

const DETAILS: Readonly<Record<PlainKind, string>> = {
  "connect-timeout": "The host does not answer: check its address, and the firewalls on the way",
  "tls-timeout": "TLS is not agreed in time: check whether this port speaks it",
  "bind-timeout": "The host takes the connection and never answers the bind",
  "bad-bind-answer": "The answer to the bind makes no sense",
  silent: "The host does not answer whether it is there",
  stalled: "The host takes messages and never answers them",
  "slow-pdu": "A message of the host did not end in time",
  "bad-frame": "What the host sends cannot be read as SMPP",
  nacked: "The host says that it cannot read what we send",
  "peer-unbound": "The carrier has ended the bind",
  overflow: "The host does not read what we send",
  stopped: "The link was stopped here",
  fault: "A fault of our own, which is in the log",
};

const CERTIFICATE = "The certificate of the host is not to be trusted";

/** What stands in the way of a connection, by the code of Node.js or OpenSSL. */
const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "The host refuses the connection: nothing listens at this port"],
  ["ENOTFOUND", "The name of the host is not known: check SMPP_URLS"],
  ["EAI_AGAIN", "The name of the host cannot be looked up now"],
  ["EHOSTUNREACH", "No way leads to the host: check the network, and the firewalls on the way"],
  ["ENETUNREACH", "No way leads to the host: check the network, and the firewalls on the way"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "The host does not speak TLS at this port: smpp:// may be meant"],
  ["EPROTO", "TLS cannot be agreed with the host: check whether this port speaks it"],
  ["CERT_HAS_EXPIRED", `${CERTIFICATE}: it has expired`],
  ["CERT_NOT_YET_VALID", `${CERTIFICATE}: it is not valid yet; check the clock of this machine`],
  ["ERR_TLS_CERT_ALTNAME_INVALID", `${CERTIFICATE}: it is of another host`],
  [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    `${CERTIFICATE}: it is signed by itself; name its authority in NODE_EXTRA_CA_CERTS`,
  ],
  ["SELF_SIGNED_CERT_IN_CHAIN", `${CERTIFICATE}: name its authority in NODE_EXTRA_CA_CERTS`],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", `${CERTIFICATE}: name its authority in NODE_EXTRA_CA_CERTS`],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    `${CERTIFICATE}: the host leaves out certificates between it and its authority`,
  ],
]);

/** Why a link is down, in words for an operator. */
export const reasonOf = (down: DownReason): LinkReason => {
  switch (down.kind) {
    case "bind-refused":
    case "session-fault": {
      const refusal =
        down.kind === "bind-refused"
          ? (BIND_REFUSALS.get(down.status) ?? "The carrier refuses the bind")
          : "The carrier calls the bind itself invalid";
      return { code: `smpp-${statusCode(down.status)}`, name: statusName(down.status), detail: refusal };
    }
    case "unreachable":
      return reason(down.kind, down.code, UNREACHABLE.get(down.code) ?? "There is no connection to the host");
    case "peer-closed":
      return reason(down.kind, down.code, "The host has closed the connection");
    default:
      return reason(down.kind, "", DETAILS[down.kind]);
  }
};

const reason = (code: string, name: string, detail: string): LinkReason => ({
  code,
  name: name === "" ? code : name,
  detail,
});

const NO_BIND_ANSWER = reason("bind-unanswered", "", DETAILS["bind-timeout"]);
const NO_SUBMIT_ANSWER = reason("submit-unanswered", "", DETAILS.stalled);

/** How a bind is, by itself. `now`: milliseconds of Unix time. */
export const healthOf = (status: ConnectionStatus, now: number): LinkHealth => {
  const last = status.lastDown === null ? null : reasonOf(status.lastDown);
  switch (status.state) {
    case "bound":
      return status.unansweredForMs >= UNANSWERED_MS
        ? { state: "degraded", reason: NO_SUBMIT_ANSWER, nextAttemptAt: null }
        : { state: "up", reason: null, nextAttemptAt: null };
    case "connecting":
    case "securing":
      return { state: "connecting", reason: last, nextAttemptAt: null };
    case "binding":
      return {
        state: "connecting",
        reason: status.bindingForMs >= UNANSWERED_MS ? NO_BIND_ANSWER : last,
        nextAttemptAt: null,
      };
    default:
      return {
        state: "down",
        reason: last,
        nextAttemptAt: status.nextAttemptInMs === null ? null : Math.round(now + status.nextAttemptInMs),
      };
  }
};

/** How a link is that sends over one bind and receives over another. */
export const healthWithReceiver = (sender: LinkHealth, receiver: LinkHealth): LinkHealth =>
  sender.state === "up" && receiver.state !== "up"
    ? { state: "degraded", reason: receiver.reason ?? NO_RECEIVER, nextAttemptAt: receiver.nextAttemptAt }
    : sender;

const NO_RECEIVER = reason("no-receiver", "", "Nothing comes in: the receiver of this link is not bound");
