// Longer than other files: every wording in every language, to be read side by side.
import { septetsOfCode } from "#core/domain/gsm-alphabet.ts";
import type { Language } from "./wish.ts";

/**
 * What we answer to a wish, or tell somebody whose text is not passed on.
 * `stop`, `stop-or-this`, `stop-all`: a STOP holds; the second where the rules hear THIS. `this`: it was narrowed.
 * `start`, `help`, `block`, `unblock`, `report`: answers to these words. `hint`: once per conversation, beside a relayed text.
 * `ended`: the conversation is over. `unreachable`: the other one gets no texts here, never why.
 * `leak`: ways to reach somebody elsewhere are not passed on. `limit`: too many texts are not. `not-delivered`: a text has failed, never why.
 * `delayed`: a text waits for longer than usual.
 */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export const NOTICE_KINDS = [
  "stop",
  "stop-or-this",
  "stop-all",
  "this",
  "start",
  "help",
  "block",
  "unblock",
  "report",
  "hint",
  "ended",
  "unreachable",
  "leak",
  "limit",
  "not-delivered",
  "delayed",
] as const;

/** A name of more septets is not shown: no notice may need a second SMS (160 septets, GSM 03.38). */
export const SERVICE_NAME_SEPTETS_MAX = 24;

/**
 * Our words to one participant: one SMS of the GSM alphabet that names the service and holds nothing of what anybody wrote.
 * Where that alphabet lacks an accent, the word is written without it, as is the custom in texts.
 * `serviceName`: null, or a name that {@link isServiceName} refuses, leaves the name out.
 */
export const noticeText = (kind: NoticeKind, language: Language, serviceName: string | null): string => {
  const words = WORDING[language][kind];
  return serviceName !== null && isServiceName(serviceName)
    ? `${serviceName}: ${words}`
    : words.charAt(0).toUpperCase() + words.slice(1);
};

/** Whether a name can stand in a notice: 1 to {@link SERVICE_NAME_SEPTETS_MAX} septets of the GSM alphabet, on one line. */
export const isServiceName = (name: string): boolean => {
  if (name.trim() === "" || name.length > SERVICE_NAME_SEPTETS_MAX) return false;
  let septets = 0;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    const cost = code < " ".charCodeAt(0) ? 0 : septetsOfCode(code);
    if (cost === 0) return false;
    septets += cost;
  }
  return septets <= SERVICE_NAME_SEPTETS_MAX;
};

/** What follows the name of the service. */
type Wording = Readonly<Record<NoticeKind, string>>;

const WORDING: Readonly<Record<Language, Wording>> = {
  en: {
    stop: "you will get no more texts from this service. Reply START to get them again.",
    "stop-or-this":
      "you will get no more texts from us. Reply START to get them again, THIS to end only this conversation.",
    "stop-all":
      "you will get no more texts from us or any other service here. Reply START to get them again.",
    this: "only this conversation has ended. You will get our other texts. Reply STOP to end all of them.",
    start: "you will get texts from this service again. Reply STOP to end them.",
    help: "your texts here are passed on without your number. STOP: no more texts. BLOCK: end this for both. No emergency calls.",
    block: "blocked. Neither of you can text the other any more. Reply UNBLOCK within 24 hours to undo this.",
    unblock: "unblocked. You two can text each other again. Reply BLOCK to end this.",
    report:
      "reported and blocked. Neither of you can text the other. Reply UNBLOCK within 24 hours to undo the block.",
    hint: "passed on. To stop all texts reply STOP, to block this person BLOCK.",
    ended: "this conversation has ended. Your text was not passed on.",
    unreachable: "your text was not passed on. The other person cannot be reached here any more.",
    leak: "contact details are not passed on here. Please go on without numbers, links and addresses.",
    limit: "that was too much at once. Your text was not passed on. Please try again later.",
    "not-delivered": "a text of yours has not arrived. Please try again later.",
    delayed: "a text of yours takes longer than usual. There is no need to send it again.",
  },
  de: {
    stop: "Sie erhalten keine SMS dieses Dienstes mehr. Antworten Sie START, um sie wieder zu erhalten.",
    "stop-or-this":
      "Sie erhalten keine SMS mehr von uns. START: wieder erhalten. THIS: nur dieses Gespräch beenden.",
    "stop-all": "Sie erhalten keine SMS mehr, auch nicht von anderen Diensten hier. START: wieder erhalten.",
    this: "Nur dieses Gespräch ist beendet. Andere SMS erhalten Sie weiter. STOP beendet alle.",
    start: "Sie erhalten wieder SMS dieses Dienstes. Antworten Sie STOP, um sie zu beenden.",
    help: "Ihre SMS hierher werden ohne Ihre Nummer weitergegeben. STOP: keine SMS mehr. BLOCK: für beide beenden. Kein Notruf.",
    block:
      "Blockiert. Keiner kann dem anderen mehr schreiben. Mit UNBLOCK innerhalb von 24 Stunden heben Sie das auf.",
    unblock: "Nicht mehr blockiert. Sie können einander wieder schreiben. BLOCK beendet das.",
    report:
      "Gemeldet und blockiert. Keiner kann dem anderen schreiben. UNBLOCK innerhalb von 24 Stunden hebt das auf.",
    hint: "Weitergegeben. Keine SMS mehr: STOP. Diese Person blockieren: BLOCK.",
    ended: "Dieses Gespräch ist beendet. Ihre SMS wurde nicht weitergegeben.",
    unreachable: "Ihre SMS wurde nicht weitergegeben. Die andere Person ist hier nicht mehr erreichbar.",
    leak: "Kontaktdaten werden hier nicht weitergegeben. Bitte ohne Nummern, Links und Adressen schreiben.",
    limit: "Das war zu viel auf einmal. Ihre SMS wurde nicht weitergegeben. Bitte später wieder versuchen.",
    "not-delivered": "Eine SMS von Ihnen ist nicht angekommen. Bitte später wieder versuchen.",
    delayed: "Eine SMS von Ihnen braucht länger als sonst. Sie müssen sie nicht noch einmal senden.",
  },
  fr: {
    stop: "vous ne recevrez plus de SMS de ce service. Répondez START pour les recevoir de nouveau.",
    "stop-or-this":
      "vous ne recevrez plus nos SMS. Répondez START pour les recevoir, THIS pour ne finir que cet échange.",
    "stop-all":
      "vous ne recevrez plus de SMS, ni de nous ni d'autres services ici. START pour les recevoir de nouveau.",
    this: "seul cet échange est fini. Vous recevrez nos autres SMS. Répondez STOP pour tout finir.",
    start: "vous recevrez de nouveau les SMS de ce service. Répondez STOP pour y mettre fin.",
    help: "vos SMS sont transmis sans votre numéro. STOP: plus de SMS. BLOCK: finir pour les deux. Pas d'appels d'urgence.",
    block: "bloqué. Vous ne pouvez plus vous écrire. Répondez UNBLOCK sous 24 heures pour annuler.",
    unblock: "débloqué. Vous pouvez de nouveau vous écrire. Répondez BLOCK pour y mettre fin.",
    report:
      "signalé et bloqué. Vous ne pouvez plus vous écrire. Répondez UNBLOCK sous 24 heures pour débloquer.",
    hint: "transmis. Plus aucun SMS: répondez STOP. Bloquer cette personne: BLOCK.",
    ended: "cet échange est fini. Votre SMS n'a pas été transmis.",
    unreachable: "votre SMS n'a pas été transmis. L'autre personne n'est plus joignable ici.",
    leak: "les coordonnées ne sont pas transmises ici. Merci d'écrire sans numéros, liens ni adresses.",
    limit: "trop de SMS à la fois. Votre SMS n'a pas été transmis. Merci de réessayer plus tard.",
    "not-delivered": "un de vos SMS n'est pas arrivé. Merci de réessayer plus tard.",
    delayed: "un de vos SMS met plus de temps que d'habitude. Inutile de le renvoyer.",
  },
  es: {
    stop: "ya no recibira SMS de este servicio. Responda START para recibirlos de nuevo.",
    "stop-or-this":
      "ya no recibira nuestros SMS. Responda START para recibirlos de nuevo, THIS para terminar solo este chat.",
    "stop-all":
      "ya no recibira SMS nuestros ni de otros servicios de aqui. Responda START para recibirlos de nuevo.",
    this: "solo este chat ha terminado. Recibira nuestros otros SMS. Responda STOP para terminar todos.",
    start: "recibira de nuevo los SMS de este servicio. Responda STOP para no recibirlos.",
    help: "sus SMS se pasan sin su numero. STOP: no recibir SMS. BLOCK: terminar para los dos. No sirve para emergencias.",
    block: "bloqueado. Ya no pueden escribirse. Responda UNBLOCK dentro de 24 horas para deshacerlo.",
    unblock: "desbloqueado. Pueden escribirse de nuevo. Responda BLOCK para terminarlo.",
    report:
      "denunciado y bloqueado. Ya no pueden escribirse. Responda UNBLOCK dentro de 24 horas para desbloquear.",
    hint: "enviado. Para no recibir SMS responda STOP, para bloquear a esta persona BLOCK.",
    ended: "este chat ha terminado. Su SMS no fue entregado.",
    unreachable: "su SMS no fue entregado. La otra persona ya no se puede contactar por este medio.",
    leak: "los datos de contacto no se pasan aqui. Por favor escriba sin numeros, enlaces ni direcciones.",
    limit: "demasiados SMS a la vez. Su SMS no fue entregado. Por favor intente de nuevo mas tarde.",
    "not-delivered": "un SMS suyo no ha llegado. Por favor intente de nuevo mas tarde.",
    delayed: "un SMS suyo tarda mas de lo normal. No hace falta enviarlo otra vez.",
  },
  pt: {
    stop: "nao recebera mais SMS deste servico. Responda START para os receber de novo.",
    "stop-or-this":
      "nao recebera mais os nossos SMS. Responda START para os receber de novo, THIS para terminar so esta conversa.",
    "stop-all":
      "nao recebera mais SMS nossos nem de outros servicos daqui. Responda START para os receber de novo.",
    this: "so esta conversa terminou. Recebera os nossos outros SMS. Responda STOP para terminar todos.",
    start: "recebera de novo os SMS deste servico. Responda STOP para os terminar.",
    help: "os seus SMS seguem sem o seu numero. STOP: sem mais SMS. BLOCK: terminar para os dois. Nao serve para emergencias.",
    block: "bloqueado. Ja nao podem escrever um ao outro. Responda UNBLOCK dentro de 24 horas para desfazer.",
    unblock: "desbloqueado. Podem escrever um ao outro de novo. Responda BLOCK para terminar.",
    report:
      "denunciado e bloqueado. Ja nao podem escrever. Responda UNBLOCK dentro de 24 horas para desbloquear.",
    hint: "enviado. Para terminar todos os SMS responda STOP, para bloquear esta pessoa BLOCK.",
    ended: "esta conversa terminou. O seu SMS nao foi entregue.",
    unreachable: "o seu SMS nao foi entregue. A outra pessoa ja nao pode ser contactada aqui.",
    leak: "os dados de contacto nao sao transmitidos aqui. Por favor escreva sem numeros, links nem moradas.",
    limit: "demasiados SMS de uma vez. O seu SMS nao foi entregue. Por favor tente mais tarde.",
    "not-delivered": "um SMS seu nao chegou. Por favor tente mais tarde.",
    delayed: "um SMS seu demora mais do que o normal. Nao precisa de o enviar outra vez.",
  },
};
