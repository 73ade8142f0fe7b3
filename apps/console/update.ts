import type { Action, Answered, Effect } from "./actions.ts";
import type { Address, Screen } from "./addresses.ts";
import type { Conversation, Explanation, Link, MessageSearch, Page, VirtualNumber } from "./model.ts";
import { faultNamesIn, faultsOf, PLAYERS, PLAYGROUND_REFERENCE } from "./players.ts";
import { type Command, hasPlayground, mayWrite, type State } from "./state.ts";
import { type Finding, whatIs } from "./what-is.ts";

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

const SAMPLES_MAX = 121;
const INBOX_MAX = 200;
const EVENTS_MAX = 300;
/** How long a notice stays, when nobody takes it away. */
const NOTICE_MS = 8_000;
const IDLE: Command = { isRunning: false, problem: null };

/** What the console becomes by an action, and what is to be done outside for it. Pure. */
export const update = (state: State, action: Action): Step => {
  switch (action.kind) {
    case "session":
      return entering({ ...state, session: action.session });
    case "signed-in":
      return still({ ...state, commands: {} });
    case "sign-in":
      return calling(state, "sign-in", "POST", "/console/session", { key: action.key });
    case "sign-out":
      return calling(signedOut(state), "sign-out", "DELETE", "/console/session");
    case "go":
      return gone(state, { ...state.address, screen: action.screen }, false);
    case "zone":
      return gone(state, { ...state.address, zone: action.zone }, true);
    case "arrive":
      return entering(leaving({ ...state, address: action.address }, state.address.screen));
    case "prefer": {
      const preferences = { ...state.preferences, ...action.preferences };
      return { state: { ...state, preferences }, effects: [{ kind: "save-preferences", preferences }] };
    }
    case "tick":
      return still({
        ...state,
        now: action.now,
        notice: action.now - state.noticeAt < NOTICE_MS ? state.notice : null,
      });
    case "read":
      return still(read(state, action.path, action.answered, action.now));
    case "event": {
      const isKnown = state.events.some(({ id }) => id === action.event.id);
      return still(
        isKnown ? state : { ...state, events: [...state.events, action.event].slice(-EVENTS_MAX) },
      );
    }
    case "away":
      return still(state.connection === "paused" ? state : { ...state, connection: "away" });
    case "back":
      return still(state.connection === "away" ? { ...state, connection: "live" } : state);
    case "pause":
      return still({ ...state, connection: state.connection === "paused" ? "live" : "paused" });
    case "open-dialog":
      return still({
        ...state,
        dialog: action.dialog,
        commands: { ...state.commands, [action.dialog.kind]: IDLE },
      });
    case "close-dialog":
      return still({ ...state, dialog: null });
    case "answered":
      return answered(state, action.command, action.answered);
    case "reveal": {
      const { conversation, participant } = action;
      return calling(state, `reveal ${participant}`, "POST", "/console/reveal", {
        conversation,
        participant,
      });
    }
    case "hide": {
      const { [action.participant]: _, ...revealed } = state.revealed;
      return still({ ...state, revealed });
    }
    case "find":
      return find(state, action.typed);
    case "explain": {
      const { from, to, text, at } = action;
      const question = { from, to, ...(text === "" ? {} : { text }), ...(at === null ? {} : { at }) };
      return calling(
        { ...state, explanation: null },
        `explain ${at ?? ""}`,
        "POST",
        "/v1/routes/explain",
        question,
      );
    }
    case "close-conversation":
    case "swap":
    case "drain":
    case "release":
    case "rent":
    case "register":
    case "add-service":
    case "change-service":
      return mayWrite(state) ? change(state, action) : still(state);
    case "send": {
      const path = `/v1/conversations/${action.conversation}/messages`;
      return calling(state, "send", "POST", path, { to: action.to, text: action.text });
    }
    case "draft": {
      const drafts = { ...state.playground.drafts, [action.handset]: action.text };
      return still({ ...state, playground: { ...state.playground, drafts } });
    }
    case "text":
      return text(state, action);
    case "inbox":
      return still(arrived(state, action.handset, action.message));
    case "fault": {
      const others = state.playground.faults.filter((each) => each !== action.fault);
      const faults = action.isOn ? [...others, action.fault] : others;
      const next = { ...state, playground: { ...state.playground, faults } };
      return calling(next, "faults", "PUT", "/console/carrier/faults", faultsOf(faults));
    }
    case "forget-notice":
      return still({ ...state, notice: null });
  }
};

/** Nothing is asked for any more, and nothing of it stays. */
const signedOut = (state: State): State => ({
  ...state,
  session: state.session && { ...state.session, signedIn: false, scope: null },
  resources: {},
  revealed: {},
  events: [],
  dialog: null,
  finding: null,
  explanation: null,
});

const still = (state: State): Step => ({ state, effects: [] });

const calling = (
  state: State,
  command: string,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Step => {
  const commands = { ...state.commands, [nameOf(command)]: { isRunning: true, problem: null } };
  const call: Effect = { kind: "call", command, method, path, ...(body === undefined ? {} : { body }) };
  return { state: { ...state, commands }, effects: [call] };
};

/** The form of a command; what follows the first blank belongs to this one call. */
const nameOf = (command: string): string => command.split(" ", 1)[0]!;

const gone = (state: State, address: Address, replaces: boolean): Step => {
  const entered = entering(leaving({ ...state, address }, state.address.screen));
  return { ...entered, effects: [{ kind: "go", address, replaces }, ...entered.effects] };
};

/** What a screen has shown of somebody is forgotten with it. */
const leaving = (state: State, left: Screen): State =>
  JSON.stringify(left) === JSON.stringify(state.address.screen)
    ? state
    : { ...state, dialog: null, revealed: {}, commands: {}, notice: null };

const isOnPlayground = (state: State): boolean =>
  state.address.screen.name === "playground" && hasPlayground(state) && mayWrite(state);

/** Stands in the first phone, so that one key sends a text. */
const FIRST_TEXT = "Hello Ben";

const entering = (state: State): Step => {
  if (!isOnPlayground(state) || state.playground.conversation !== null) return still(state);
  const { drafts } = state.playground;
  const greeted = { ...state.playground, drafts: { [PLAYERS[0].number]: FIRST_TEXT, ...drafts } };
  const opened = calling({ ...state, playground: greeted }, "open-playground", "POST", "/v1/conversations", {
    participants: PLAYERS,
    reference: PLAYGROUND_REFERENCE,
    onOpen: "reuse",
    intro: false,
  });
  const faults: Effect = {
    kind: "call",
    command: "read-faults",
    method: "GET",
    path: "/console/carrier/faults",
  };
  return { ...opened, effects: [...opened.effects, faults] };
};

const read = (state: State, path: string, answer: Answered, now: number): State => {
  if (!answer.ok && answer.problem.status === 401) return signedOut(state);
  const known = state.resources[path];
  const resource = answer.ok
    ? { data: answer.value, problem: null }
    : { data: known?.data ?? null, problem: answer.problem };
  const connection = state.connection === "paused" ? "paused" : "live";
  const next = { ...state, connection, now, resources: { ...state.resources, [path]: resource } } as const;
  return path === "/v1/links" && answer.ok ? sampled(next, answer.value as Page<Link>) : next;
};

const sampled = (state: State, { items }: Page<Link>): State => {
  const total = (of: (link: Link) => number): number => items.reduce((sum, link) => sum + of(link), 0);
  const sample = {
    at: state.now,
    sent: total((link) => link.sent),
    throttled: total((link) => link.throttled),
  };
  return { ...state, samples: [...state.samples, sample].slice(-SAMPLES_MAX) };
};

const find = (state: State, typed: string): Step => {
  const sought = whatIs(typed);
  const finding: Finding = { sought, conversations: null, messages: null, nearMisses: [], own: null };
  const next = { ...state, finding };
  switch (sought.kind) {
    case "nothing":
      return still({ ...state, finding: null });
    case "conversation":
      return gone(
        next,
        { ...state.address, screen: { name: "conversation", id: sought.value, message: null } },
        false,
      );
    case "message":
      return calling(next, "find-message", "GET", `/v1/messages/${sought.value}`);
    case "reference":
      return calling(next, "find", "POST", "/v1/conversations/search", { reference: sought.value });
    case "number": {
      const byPeople = calling(next, "find", "POST", "/v1/conversations/search", {
        participant: sought.value,
      });
      const byTexts = calling(byPeople.state, "find-texts", "POST", "/v1/messages/search", {
        number: sought.value,
      });
      const own = calling(byTexts.state, "find-own", "GET", "/v1/numbers?limit=200");
      return { state: own.state, effects: [...byPeople.effects, ...byTexts.effects, ...own.effects] };
    }
  }
};

type Change = Extract<
  Action,
  {
    readonly kind:
      | "close-conversation"
      | "swap"
      | "drain"
      | "release"
      | "rent"
      | "register"
      | "add-service"
      | "change-service";
  }
>;

const change = (state: State, action: Change): Step => {
  const { dialog } = state;
  switch (action.kind) {
    case "close-conversation": {
      if (dialog?.kind !== "close") return still(state);
      const { reason } = action;
      const path = `/v1/conversations/${dialog.conversation}/close`;
      return calling(state, "close", "POST", path, reason === "" ? {} : { reason });
    }
    case "swap": {
      if (dialog?.kind !== "swap") return still(state);
      const { number, name, intro } = action;
      const path = `/v1/conversations/${dialog.conversation}/participants/${dialog.participant}/swap`;
      const joining = { number, ...(name === "" ? {} : { name }), ...(intro ? {} : { intro: false }) };
      return calling(state, "swap", "POST", path, joining);
    }
    case "drain":
      return dialog?.kind === "drain"
        ? calling(state, "drain", "POST", `/v1/numbers/${dialog.number}/drain`)
        : still(state);
    case "release":
      return dialog?.kind === "release"
        ? calling(state, "release", "DELETE", `/v1/numbers/${dialog.number}`)
        : still(state);
    case "rent":
      return calling(state, "rent", "POST", "/v1/numbers/rent", {
        country: action.country,
        count: action.count,
      });
    case "add-service": {
      const { slug, name } = action;
      return calling(state, "add-service", "POST", "/v1/services", { slug, name: name === "" ? null : name });
    }
    case "change-service": {
      if (dialog?.kind !== "change-service") return still(state);
      const { durations } = action;
      const others = Object.entries(dialog.service.rules).filter(([rule]) => !(rule in durations));
      const said = Object.entries(durations).filter(([, duration]) => duration !== "");
      const rules = Object.fromEntries([...others, ...said]);
      const path = `/v1/services/${dialog.service.slug}`;
      const name = action.name === "" ? null : action.name;
      return calling(state, "change-service", "PATCH", path, { name, rules });
    }
    case "register":
      return calling(state, "register", "POST", "/v1/numbers", { number: action.number });
  }
};

const text = (state: State, action: Extract<Action, { readonly kind: "text" }>): Step => {
  const { handset, to, now } = action;
  const { drafts, pending } = state.playground;
  const playground = {
    ...state.playground,
    drafts: { ...drafts, [handset]: "" },
    pending: [...pending, { from: handset, text: action.text, at: now }].slice(-INBOX_MAX),
  };
  const path = `/console/carrier/handsets/${handset}/messages`;
  return calling({ ...state, playground }, `text ${handset}`, "POST", path, { to, text: action.text });
};

const arrived = (
  state: State,
  handset: string,
  message: Extract<Action, { readonly kind: "inbox" }>["message"],
): State => {
  const inbox = state.playground.inboxes[handset] ?? [];
  if (inbox.some(({ id }) => id === message.id)) return state;
  const inboxes = { ...state.playground.inboxes, [handset]: [...inbox, message].slice(-INBOX_MAX) };
  return { ...state, playground: { ...state.playground, inboxes } };
};

/** The dialogs whose command, once done, leaves nothing to say in them. */
const CLOSES_DIALOG: ReadonlySet<string> = new Set([
  "close",
  "swap",
  "drain",
  "release",
  "rent",
  "register",
  "add-service",
  "change-service",
]);

const answered = (state: State, command: string, answer: Answered): Step => {
  const name = nameOf(command);
  if (!answer.ok) {
    const commands = { ...state.commands, [name]: { isRunning: false, problem: answer.problem } };
    const next = { ...state, commands, finding: notFound(state.finding, name) };
    return still(answer.problem.status === 401 && name !== "sign-in" ? signedOut(next) : next);
  }
  const next: State = {
    ...state,
    commands: { ...state.commands, [name]: IDLE },
    dialog: CLOSES_DIALOG.has(name) ? null : state.dialog,
    noticeAt: state.now,
    notice: CLOSES_DIALOG.has(name) || name === "send" ? name : state.notice,
  };
  return withAnswer(next, command, answer.value);
};

const withAnswer = (state: State, command: string, value: unknown): Step => {
  const name = nameOf(command);
  const rest = command.slice(name.length + 1);
  switch (name) {
    case "sign-in":
    case "sign-out":
      return {
        state,
        effects: [{ kind: "call", command: "session", method: "GET", path: "/console/session" }],
      };
    case "session":
      return entering({
        ...state,
        session: value as State["session"],
        resources: {},
        revealed: {},
        events: [],
      });
    case "reveal":
      return still({
        ...state,
        revealed: { ...state.revealed, [rest]: (value as { number: string }).number },
      });
    case "explain":
      return still({
        ...state,
        explanation: { at: rest === "" ? null : rest, answer: value as Explanation },
      });
    case "find":
    case "find-texts":
    case "find-own":
      return still({ ...state, finding: found(state.finding, name, value) });
    case "find-message": {
      const { id, conversationId } = value as { id: string; conversationId: string | null };
      if (conversationId === null) return still(state);
      const screen = { name: "conversation", id: conversationId, message: id } as const;
      return gone(state, { ...state.address, screen }, false);
    }
    case "open-playground":
      return still({
        ...state,
        playground: { ...state.playground, conversation: (value as Conversation).id },
        resources: {
          ...state.resources,
          [conversationPath((value as Conversation).id)]: { data: value, problem: null },
        },
      });
    case "read-faults":
    case "faults":
      return still({ ...state, playground: { ...state.playground, faults: faultNamesIn(value) } });
    case "close":
    case "swap": {
      const conversation = value as Conversation;
      const resource = { data: conversation, problem: null };
      return still({
        ...state,
        revealed: {},
        resources: { ...state.resources, [conversationPath(conversation.id)]: resource },
      });
    }
    default:
      return still(state);
  }
};

export const conversationPath = (id: string): string => `/v1/conversations/${id}`;

const found = (finding: Finding | null, name: string, value: unknown): Finding | null => {
  if (finding === null) return null;
  if (name === "find") return { ...finding, conversations: (value as Page<Conversation>).items };
  if (name === "find-texts") {
    const { items, nearMisses } = value as MessageSearch;
    return { ...finding, messages: items, nearMisses };
  }
  const digits = "value" in finding.sought ? finding.sought.value.replace(/\D/g, "") : "";
  const own = (value as Page<VirtualNumber>).items.find(({ number }) => number.slice(1) === digits) ?? null;
  return { ...finding, own };
};

const notFound = (finding: Finding | null, name: string): Finding | null =>
  finding !== null && name.startsWith("find")
    ? { ...finding, conversations: finding.conversations ?? [], messages: finding.messages ?? [] }
    : finding;
